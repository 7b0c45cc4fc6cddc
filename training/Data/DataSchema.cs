using System.Collections.Immutable;

namespace TuneGraph.Training;

/// <summary>What the columns of a prepared data set mean.</summary>
public sealed record DataSchema
{
    /// <summary>What is learned: never <see cref="LearningTask.Auto"/>.</summary>
    public required LearningTask Task
    {
        get;
        init => field = value is LearningTask.Classification or LearningTask.Regression
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Task), value, "Classification or Regression is needed.");
    }

    /// <summary>Names of the features, in the order of a row; at least one.</summary>
    public required ImmutableArray<string> FeatureNames { get; init; }

    /// <summary>Names of the classes, in the order of the labels; empty for regression.</summary>
    public ImmutableArray<string> ClassNames { get; init; } = [];

    /// <summary>How raw values became the data set's values.</summary>
    public required Standardizer Standardizer { get; init; }

    /// <summary>Number of features.</summary>
    public int Features => FeatureNames.Length;

    /// <summary>Number of outputs of a model for this data: one per class, or 1 for regression.</summary>
    public int Outputs => Task == LearningTask.Classification ? ClassNames.Length : 1;
}
