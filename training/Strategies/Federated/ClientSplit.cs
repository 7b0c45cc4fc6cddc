namespace TuneGraph.Training;

/// <summary>How the train rows are spread over the clients.</summary>
public enum ClientSplit
{
    /// <summary>At random, as equal as can be.</summary>
    Iid,

    /// <summary>
    /// Sorted by class, or by target, and cut in two pieces a client: most clients see two classes (McMahan et al. 2017,
    /// section 3).
    /// </summary>
    ByLabel,

    /// <summary>
    /// Each class by shares drawn from a Dirichlet distribution: the smaller its α, the more unlike the clients (Hsu et
    /// al. 2019, arXiv:1909.06335). Numbers are put in ten classes of equal size first.
    /// </summary>
    Dirichlet,
}
