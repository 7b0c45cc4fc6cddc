namespace TuneGraph;

/// <summary>What the ranks of one trial reach each other by. Results do not depend on it, beyond the order of sums that
/// <see cref="ParallelSpec.AllReduce"/> says. In a run without workers, ranks are threads and share memory, whatever it
/// says.</summary>
public enum GangTransport
{
    /// <summary>
    /// Memory where all ranks are in one process; else, beside Dapr sidecars, pub/sub up to
    /// <see cref="TransportChoice.MostBusBytes"/> a step, and TCP in all other cases. A worker says which it took.
    /// </summary>
    Auto,

    /// <summary>Memory; ranks that are on several workers cannot.</summary>
    Memory,

    /// <summary>TCP, with TLS where it leaves the machine.</summary>
    Tcp,

    /// <summary>
    /// Pub/sub of Dapr sidecars, even where ranks are in one process. Needs a sidecar beside each worker.
    /// </summary>
    Dapr,
}
