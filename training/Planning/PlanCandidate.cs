namespace TuneGraph.Training;

/// <summary>A way to train together.</summary>
/// <param name="Kind">What the ranks exchange.</param>
/// <param name="WorldSize">Number of ranks, at least 1.</param>
/// <param name="LocalSteps">Steps between two meetings; only for <see cref="PlanKind.LocalSteps"/>.</param>
public readonly record struct PlanCandidate(PlanKind Kind, int WorldSize, int LocalSteps = 1)
{
    /// <summary>Whether it makes of the batches what one rank alone would, up to rounding.</summary>
    public bool IsExact => WorldSize == 1 || Kind is not (PlanKind.BoundedStaleness or PlanKind.LocalSteps)
        || (Kind == PlanKind.LocalSteps && LocalSteps == 1);

    /// <summary>Such as "model-average, 8 local steps, 4 ranks".</summary>
    public override string ToString()
    {
        var name = Kind switch
        {
            PlanKind.Data => "data",
            PlanKind.DividedOptimizer => "data, zero 1",
            PlanKind.DividedGradients => "data, zero 2",
            PlanKind.ParameterServer => "parameter-server, sync",
            PlanKind.BoundedStaleness => "parameter-server, ssp",
            _ => $"model-average, {LocalSteps} local steps",
        };
        return $"{name}, {WorldSize} rank{(WorldSize == 1 ? "" : "s")}";
    }
}

/// <summary>What ranks exchange.</summary>
public enum PlanKind
{
    /// <summary>Gradients by all-reduce, every step.</summary>
    Data,

    /// <summary>The same with a divided optimizer.</summary>
    DividedOptimizer,

    /// <summary>The same with divided gradients besides.</summary>
    DividedGradients,

    /// <summary>Gradients to sharded servers, parameters back, every step.</summary>
    ParameterServer,

    /// <summary>The same, each rank in its own time within bounds.</summary>
    BoundedStaleness,

    /// <summary>Models, every few steps.</summary>
    LocalSteps,
}
