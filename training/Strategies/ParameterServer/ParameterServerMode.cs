namespace TuneGraph.Training;

/// <summary>When a parameter server takes gradients, and what the workers wait for.</summary>
public enum ParameterServerMode
{
    /// <summary>All workers wait for each other: one step of all their gradients.</summary>
    Sync,

    /// <summary>
    /// Nobody waits: each gradient is a step of its own, by a rate divided by how many steps it is late (Zhang et al.
    /// 2016, arXiv:1511.05950, section 3.2).
    /// </summary>
    Async,

    /// <summary>The fastest worker waits when it is some steps ahead of the slowest: Ho et al. 2013 (SSP).</summary>
    Ssp,

    /// <summary>
    /// Workers fetch and push every few steps, and step on their own between: Dean et al. 2012, section 4.1; with
    /// Adagrad as the optimizer.
    /// </summary>
    Downpour,

    /// <summary>
    /// One copy of the parameters that all workers change without locks; ranks must be threads of one process. Niu et
    /// al. 2011, arXiv:1106.5730.
    /// </summary>
    Hogwild,
}
