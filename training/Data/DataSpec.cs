using System.Collections.Immutable;

namespace TuneGraph.Training;

/// <summary>A table, which of its columns is the target, and how its rows are split.</summary>
/// <remarks>
/// <see cref="Train"/>, <see cref="Validation"/> and <see cref="Test"/> must sum to 1 within 1e-9; this is checked
/// by <see cref="TabularData.Load(DataSpec, CancellationToken)"/>, which throws <see cref="ArgumentException"/>.
/// </remarks>
public sealed record DataSpec
{
    /// <summary>
    /// Path of the file. Its name decides how it is read, with or without ".gz" at the end: ".npy" is a NumPy array
    /// [rows, columns] (columns "x0", "x1", …), ".libsvm" and ".svm" are sparse rows (columns "label", "f1", "f2", …),
    /// a name with "idx3-ubyte" is a set of images in the form of MNIST, whose labels lie beside it as "idx1-ubyte"
    /// (columns "label", "p0", "p1", …), ".parquet" is a Parquet file of flat columns, of numbers, booleans and text,
    /// never with ".gz". All others are UTF-8 CSV files (RFC 4180, with commas and a header).
    /// </summary>
    public required string Path { get; init; }

    /// <summary>Name of the column to predict, exactly as in the header.</summary>
    public required string Target { get; init; }

    /// <summary>What to learn. Default: <see cref="LearningTask.Auto"/>.</summary>
    public LearningTask Task { get; init; } = LearningTask.Auto;

    /// <summary>Share of rows to train on, in (0, 1). Default: 0.7.</summary>
    public double Train { get; init => field = Share(value, allowZero: false, nameof(Train)); } = 0.7;

    /// <summary>Share of rows that judge a trial while it trains, in (0, 1). Default: 0.15.</summary>
    public double Validation { get; init => field = Share(value, allowZero: false, nameof(Validation)); } = 0.15;

    /// <summary>Share of rows kept for the final judgement, in [0, 1). Default: 0.15. 0 keeps none.</summary>
    public double Test { get; init => field = Share(value, allowZero: true, nameof(Test)); } = 0.15;

    /// <summary>
    /// Whether every split gets the classes in the file's proportions. Default: true. Ignored for regression.
    /// </summary>
    public bool Stratify { get; init; } = true;

    /// <summary>
    /// Whether features (and, for regression, the target) are shifted and scaled to mean 0 and standard deviation 1,
    /// by the statistics of the train split only. Default: true. A feature that is constant there becomes 0.
    /// </summary>
    public bool Standardize { get; init; } = true;

    /// <summary>Decides which row goes to which split. Default: 0.</summary>
    public ulong Seed { get; init; }

    /// <summary>Names of columns to leave out. Default: none. They may hold anything, text included.</summary>
    public ImmutableArray<string> Exclude { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>
    /// Names of columns whose values are names rather than numbers. Default: none. Each becomes one feature per
    /// distinct value, "column=value", which is 1 in the rows that have it and 0 elsewhere; an empty value gives zeros.
    /// </summary>
    public ImmutableArray<string> Categorical { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>
    /// What stands for a missing number: an empty field, or NA, NaN, null or ?. Default: nothing, the file is refused.
    /// </summary>
    public MissingValues Missing { get; init; } = MissingValues.Refuse;

    /// <summary>Where the rows are kept. Default: <see cref="DataStorage.Memory"/>.</summary>
    public DataStorage Storage { get; init; } = DataStorage.Memory;

    /// <summary>
    /// Folder of the temporary files of <see cref="DataStorage.Disk"/>, which have no name and vanish with the process.
    /// Default: null, the system's folder for temporary files; mind that some systems keep that one in memory.
    /// </summary>
    public string? CacheFolder { get; init; }

    private static double Share(double value, bool allowZero, string name) =>
        value is > 0 and < 1 || (allowZero && value == 0)
            ? value
            : throw new ArgumentOutOfRangeException(
                name, value, $"A share of rows must lie {(allowZero ? "in [0, 1)" : "strictly between 0 and 1")}.");
}
