using System.Collections.Immutable;

namespace TuneGraph.Training;

/// <summary>What an epoch of a strategy came to; the same on all ranks.</summary>
internal sealed record EpochOutcome
{
    /// <summary>Mean loss over the train rows.</summary>
    public required double TrainLoss { get; init; }

    /// <summary>Mean loss over the validation rows; NaN without any.</summary>
    public double ValidationLoss { get; init; } = double.NaN;

    /// <summary>Share of validation rows classified right; null where that means nothing.</summary>
    public double? ValidationAccuracy { get; init; }

    /// <summary>Where the time went.</summary>
    public StepSeconds Seconds { get; init; } = new(0, 0, 0, 0);

    /// <summary>The learning rate of the last step; NaN where there is none.</summary>
    public double LearningRate { get; init; } = double.NaN;

    /// <summary>How fast each rank computed; empty where it is not measured.</summary>
    public ImmutableArray<RankPace> Paces { get; init; } = [];

    /// <summary>How many numbers are learned.</summary>
    public long Parameters { get; init; }

    /// <summary>What this rank holds; zeros where that is not counted.</summary>
    public TrainingMemory Memory { get; init; } = new(0, 0, 0);

    /// <summary>What else was measured.</summary>
    public ImmutableArray<KeyValuePair<string, double>> Measures { get; init; } = [];
}
