namespace TuneGraph.Training;

/// <summary>What a plan has to keep to.</summary>
public sealed record PlanLimits
{
    /// <summary>Number of ranks that will train.</summary>
    public required int WorldSize { get; init; }

    /// <summary>Bytes that a rank may hold of parameters, gradients and states; null, the default, for any.</summary>
    public long? MemoryBytes { get; init; }

    /// <summary>
    /// Only below this efficiency of the best exact way is one considered that changes the result. Default: 0.5.
    /// </summary>
    public double LeastEfficiency { get; init; } = 0.5;

    /// <summary>How many times as fast it must be then. Default: 1.25.</summary>
    public double LeastGain { get; init; } = 1.25;
}
