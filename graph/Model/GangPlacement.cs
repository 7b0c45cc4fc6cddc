namespace TuneGraph.Graph;

/// <summary>How the ranks of a gang are laid over workers.</summary>
public enum GangPlacement : byte
{
    /// <summary>On as few workers as possible: cheap communication.</summary>
    Pack,

    /// <summary>On as many workers as possible: more memory and bandwidth for each rank.</summary>
    Spread,

    /// <summary>All on one worker, or not at all.</summary>
    OneWorker,

    /// <summary>Each on a worker of its own, or not at all.</summary>
    DistinctWorkers,
}
