namespace TuneGraph;

/// <summary>Reads where a past study lies; there has to be one. Relative to the working folder, as output folders are.
/// </summary>
internal sealed class PastStudyReader : Reader<string>
{
    public override string Expected => "the output folder of a past study, its study.db or a .jsonl file";

    public override string Read(Slot slot, string otherwise)
    {
        var path = Scalars.Text.Read(slot, "");
        if (path.Length > 0 && !PastStudies.Exists(path))
            slot.Fail(DiagnosticCode.NoPastStudy,
                $"{slot.Name}: there is no past study at '{Words.Short(path)}'; it must be {Expected}, "
                + "relative to the working folder");
        return path;
    }
}
