using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace TuneGraph.Training;

/// <summary>A table, split and standardized: what a study's trials train on. Immutable and safe to share.</summary>
public sealed class TabularData
{
    private readonly DataSpec _spec;

    private TabularData(DataSpec spec, Dataset train, Dataset validation, Dataset test, string contentHash)
    {
        _spec = spec;
        Train = train;
        Validation = validation;
        Test = test;
        ContentHash = contentHash;
    }

    /// <summary>Rows to train on.</summary>
    public Dataset Train { get; }

    /// <summary>Rows that judge a trial while it trains.</summary>
    public Dataset Validation { get; }

    /// <summary>Rows for the final judgement; no rows when the spec's test share is 0.</summary>
    public Dataset Test { get; }

    /// <summary>What the columns mean; shared by the three sets.</summary>
    public DataSchema Schema => Train.Schema;

    /// <summary>What is learned: classification or regression.</summary>
    public LearningTask Task => Schema.Task;

    /// <summary>Names of the features, in the order of a row.</summary>
    public ImmutableArray<string> FeatureNames => Schema.FeatureNames;

    /// <summary>
    /// Names of the classes in the order of the labels: by value when all are whole numbers, else by ordinal text.
    /// Empty for regression.
    /// </summary>
    public ImmutableArray<string> ClassNames => Schema.ClassNames;

    /// <summary>How raw values became the sets' values.</summary>
    public Standardizer Standardizer => Schema.Standardizer;

    /// <summary>
    /// SHA-256, in lower-case hex, over the file's bytes and the spec without its path: equal hashes mean equal data.
    /// </summary>
    public string ContentHash { get; }

    /// <summary>Reads, checks, splits and standardizes a table.</summary>
    /// <param name="spec">What to read and how to split it.</param>
    /// <param name="cancellationToken">Ends the reading early.</param>
    /// <exception cref="DataException">The file or its content does not allow what the spec asks for.</exception>
    /// <exception cref="ArgumentException">The spec's shares do not sum to 1.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static TabularData Load(DataSpec spec, CancellationToken cancellationToken = default) =>
        Load(spec ?? throw new ArgumentNullException(nameof(spec)), LimitOf(spec), cancellationToken);

    /// <summary>Train and validation rows together, for the final training; still standardized by train.</summary>
    public Dataset TrainAndValidation() => Train.Concat(Validation, _spec);

    private static long LimitOf(DataSpec spec) =>
        spec.Storage == DataStorage.Disk ? long.MaxValue : DataFile.DefaultLimitBytes;

    internal static TabularData Load(DataSpec spec, long limitBytes, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(spec);
        var sum = spec.Train + spec.Validation + spec.Test;
        if (Math.Abs(sum - 1) > 1e-9)
        {
            throw new ArgumentException($"The shares train {spec.Train}, validation {spec.Validation} and test "
                + $"{spec.Test} sum to {sum}; they must sum to 1.", nameof(spec));
        }
        using var file = DataFile.Open(spec.Path, out var fileHash);
        using var table = TableFormat.Read(spec, file, limitBytes, cancellationToken);

        var (task, numbers, labels, classes) = table.Target.Resolve();
        var split = RowSplit.Make(spec, table.Rows, spec.Stratify ? labels : [], classes);
        table.FillMissing(spec, split.Train);
        var schema = new DataSchema
        {
            Task = task,
            FeatureNames = table.FeatureNames,
            ClassNames = classes,
            Standardizer = spec.Standardize
                ? Measure(table, numbers, split.Train)
                : Standardizer.Identity(table.FeatureNames.Length),
        };
        Dataset Select(ImmutableArray<int> rows) => Prepare(spec, schema, table, numbers, labels, rows);
        var hash = Hash(spec, [.. fileHash, .. table.CompanionHash]);
        return new TabularData(spec, Select(split.Train), Select(split.Validation), Select(split.Test), hash);
    }

    private static Standardizer Measure(RawTable table, double[] targets, ImmutableArray<int> rows)
    {
        var features = table.FeatureNames.Length;
        var means = new double[features];
        var squares = new double[features];
        foreach (var row in rows)
        {
            var values = table.Row(row);
            for (var i = 0; i < features; i++)
                means[i] += values[i] / rows.Length;
        }
        foreach (var row in rows)        // the second pass keeps digits that a sum of squares would lose
        {
            var values = table.Row(row);
            for (var i = 0; i < features; i++)
                squares[i] += (values[i] - means[i]) * (values[i] - means[i]);
        }
        for (var i = 0; i < features; i++)
            squares[i] = Scale(means[i], Math.Sqrt(squares[i] / rows.Length));
        var all = ImmutableCollectionsMarshal.AsImmutableArray(means);
        var scales = ImmutableCollectionsMarshal.AsImmutableArray(squares);
        if (targets.Length == 0)
            return new Standardizer(all, scales);
        double targetMean = 0, targetSquare = 0;
        foreach (var row in rows)
            targetMean += targets[row] / rows.Length;
        foreach (var row in rows)
            targetSquare += (targets[row] - targetMean) * (targets[row] - targetMean);
        var deviation = Math.Sqrt(targetSquare / rows.Length);
        return new Standardizer(all, scales, targetMean, Scale(targetMean, deviation) == 0 ? 1 : deviation);
    }

    /// <summary>1 / deviation; 0 when the deviation is nothing but rounding of a constant.</summary>
    private static double Scale(double mean, double deviation) =>
        deviation > 1e-12 * Math.Abs(mean) && double.IsFinite(1 / deviation) ? 1 / deviation : 0;

    private static Dataset Prepare(
        DataSpec spec, DataSchema schema, RawTable table, double[] targets, int[] labels, ImmutableArray<int> rows)
    {
        var standardizer = schema.Standardizer;
        var inputs = RowStore<float>.Of(spec, schema.Features, rows.Length);
        var rowTargets = new float[targets.Length == 0 ? 0 : rows.Length];
        var rowLabels = new int[labels.Length == 0 ? 0 : rows.Length];
        for (var i = 0; i < rows.Length; i++)
        {
            standardizer.Apply(table.Row(rows[i]), inputs.Append());
            if (labels.Length > 0)
                rowLabels[i] = labels[rows[i]];
            else
                rowTargets[i] = (float)((targets[rows[i]] - standardizer.TargetMean) / standardizer.TargetDeviation);
        }
        return new Dataset(schema, inputs, rowLabels, rowTargets);
    }

    private static string Hash(DataSpec spec, byte[] fileHash)
    {
        string[] settings =
        [
            "tunegraph-data-1", Convert.ToHexStringLower(fileHash), spec.Target, spec.Task.ToString(),
            Exact(spec.Train), Exact(spec.Validation), Exact(spec.Test), $"{spec.Stratify} {spec.Standardize}",
            spec.Seed.ToString(CultureInfo.InvariantCulture), .. spec.Exclude.Order(StringComparer.Ordinal),
            .. EncodingOf(spec),
        ];
        var text = string.Concat(settings.Select(s => $"{s.Length}:{s};"));     // lengths keep names apart
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }

    private static IEnumerable<string> EncodingOf(DataSpec spec) =>
        spec.Categorical.IsEmpty && spec.Missing == MissingValues.Refuse
            ? []
            : ["encoding", spec.Missing.ToString(), .. spec.Categorical.Order(StringComparer.Ordinal)];

    private static string Exact(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
