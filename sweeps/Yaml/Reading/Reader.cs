namespace TuneGraph;

/// <summary>Reads one kind of value. Mistakes are reported, never thrown, so that one reading finds them all.</summary>
internal abstract class Reader<T>
{
    /// <summary>What has to stand there, for messages: "a number above 0".</summary>
    public abstract string Expected { get; }

    /// <summary>
    /// The value; after a mistake <paramref name="otherwise"/>, which only has to keep the reading going.
    /// </summary>
    public abstract T Read(Slot slot, T otherwise);

    protected void FailType(Slot slot) =>
        slot.Fail(DiagnosticCode.WrongType, $"{slot.Name} must be {Expected}, not {Describe(slot.Node)}");

    private static string Describe(YamlNode node) => node switch
    {
        YamlScalar scalar => ScalarWords.Describe(CoreScalar.Of(scalar)),
        YamlList => "a list",
        _ => "a mapping",
    };
}

/// <summary>Reads a value for which null stands where there is none.</summary>
internal sealed class OptionalReader<T>(Reader<T> inner) : Reader<T?>
    where T : struct
{
    public override string Expected => inner.Expected;

    public override T? Read(Slot slot, T? otherwise)
    {
        var before = slot.File.Findings.Count;
        var value = inner.Read(slot, default);
        return slot.File.Findings.Count == before ? value : otherwise;
    }
}
