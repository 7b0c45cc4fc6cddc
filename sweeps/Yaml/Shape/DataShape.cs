using TuneGraph.Training;

namespace TuneGraph;

/// <summary>The keys under <c>data</c>.</summary>
internal static class DataShape
{
    private const int MostExcluded = 10_000;

    public static DataSpec Nothing { get; } = new() { Path = "", Target = "" };

    /// <summary>The data of a sweep; without a seed of its own the split takes the sweep's.</summary>
    public static Reader<DataSpec> Data(ulong sweepSeed) => new MappingReader<DataSpec>(fields =>
    {
        var path = fields.Required("file", new DataFileReader(), "");
        var target = fields.Required("target", Scalars.Text, "");
        var task = fields.Optional("task", Task, LearningTask.Auto);
        var data = fields.Optional("split", Split(sweepSeed), Nothing with { Seed = sweepSeed });
        return data with
        {
            Path = path,
            Target = target,
            Task = task,
            Standardize = fields.Optional("standardize", Scalars.Flag, true),
            Categorical = fields.Optional(
                "categorical", new ListReader<string>(Scalars.Text, 0, MostExcluded, ""), []),
            Missing = fields.Optional("missing", Missing, MissingValues.Refuse),
            Exclude = fields.Optional("exclude", new ListReader<string>(Scalars.Text, 0, MostExcluded, ""), []),
        };
    });

    private static ScalarReader<LearningTask> Task => Scalars.OneOf(
        ("auto", LearningTask.Auto),
        ("classification", LearningTask.Classification),
        ("regression", LearningTask.Regression));

    private static ScalarReader<MissingValues> Missing => Scalars.OneOf(
        ("refuse", MissingValues.Refuse),
        ("mean", MissingValues.Mean),
        ("median", MissingValues.Median));

    private static Reader<DataSpec> Split(ulong sweepSeed) => new MappingReader<DataSpec>(fields =>
    {
        var split = new DataSpec
        {
            Path = "",
            Target = "",
            Train = fields.Optional("train", Scalars.Number(Interval.InnerFraction), 0.7),
            Validation = fields.Optional("validation", Scalars.Number(Interval.InnerFraction), 0.15),
            Test = fields.Optional("test", Scalars.Number(Interval.Fraction), 0.15),
            Stratify = fields.Optional("stratify", Scalars.Flag, true),
            Seed = fields.Optional("seed", Scalars.Seed, sweepSeed),
        };
        var sum = Math.Round(split.Train + split.Validation + split.Test, 12);
        if (fields.Clean && Math.Abs(sum - 1) > 1e-9)
            fields.Fail("", DiagnosticCode.SplitSum, FormattableString.Invariant(
                $"train {split.Train}, validation {split.Validation} and test {split.Test} sum to {sum}; make it 1"));
        return split;
    });
}

/// <summary>Reads the path of a file that exists, relative to the sweep file's folder.</summary>
internal sealed class DataFileReader : Reader<string>
{
    public override string Expected => "the path of a data file, relative to the sweep file's folder";

    public override string Read(Slot slot, string otherwise)
    {
        var written = Scalars.Text.Read(slot, "");
        if (written.Length == 0)
            return otherwise;
        if (slot.File.DataFile is { } brought)
            return brought;
        var path = Path.GetFullPath(written, slot.File.BaseFolder);
        if (!File.Exists(path))
            slot.Fail(DiagnosticCode.NoDataFile,
                $"{slot.Name}: there is no file '{Words.Short(written)}'; " +
                "its path is relative to the folder of the sweep file");
        return path;
    }
}
