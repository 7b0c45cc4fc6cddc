namespace TuneGraph.Training;

/// <summary>What the steps of a training cost, measured or assumed.</summary>
public sealed record StepCosts
{
    /// <summary>Samples of a step, over all ranks.</summary>
    public required int BatchSize { get; init; }

    /// <summary>Seconds of a forward and backward pass that do not depend on its rows.</summary>
    public required double PassSeconds { get; init; }

    /// <summary>Seconds of a forward and backward pass for each row.</summary>
    public required double RowSeconds { get; init; }

    /// <summary>Seconds of the optimizer's step over all parameters.</summary>
    public required double OptimizerSeconds { get; init; }

    /// <summary>Bytes of the parameters, and as many of their gradient.</summary>
    public required long ParameterBytes { get; init; }

    /// <summary>Numbers of optimizer state per parameter.</summary>
    public required int OptimizerStates { get; init; }

    /// <summary>
    /// Standard deviation of a rank's passes as a part of their mean, over all ranks and passes. Default: 0.
    /// </summary>
    public double Variation { get; init; }

    /// <summary>Seconds that one rank computes on its part of a step.</summary>
    /// <param name="ranks">N.</param>
    public double ComputeSeconds(int ranks) => PassSeconds + (RowSeconds * BatchSize / ranks);
}
