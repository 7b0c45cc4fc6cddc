using System.Collections.Immutable;

namespace TuneGraph.Training;

/// <summary>A CSV table, which of its columns is the target, and how its rows are split.</summary>
/// <remarks>
/// <see cref="Train"/>, <see cref="Validation"/> and <see cref="Test"/> must sum to 1 within 1e-9; this is checked
/// by <see cref="TabularData.Load(DataSpec, CancellationToken)"/>, which throws <see cref="ArgumentException"/>.
/// </remarks>
public sealed record DataSpec
{
    /// <summary>Path of a UTF-8 CSV file (RFC 4180, with commas and a header), plain or gzip-compressed.</summary>
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

    private static double Share(double value, bool allowZero, string name) =>
        value is > 0 and < 1 || (allowZero && value == 0)
            ? value
            : throw new ArgumentOutOfRangeException(
                name, value, $"A share of rows must lie {(allowZero ? "in [0, 1)" : "strictly between 0 and 1")}.");
}
