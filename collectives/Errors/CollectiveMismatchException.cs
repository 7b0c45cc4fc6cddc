namespace TuneGraph.Collectives;

/// <summary>Two ranks made different calls at the same place of the sequence.</summary>
public sealed class CollectiveMismatchException : CollectiveException
{
    internal CollectiveMismatchException(int rank, CollectiveCall call, int otherRank, CollectiveCall otherCall)
        : base(
            $"The ranks disagree: rank {rank} called {call}, rank {otherRank} called {otherCall}. Every rank must "
            + "make the same calls in the same order, with equal lengths, element types and operations.",
            call)
    {
        OtherRank = otherRank;
        OtherCall = otherCall;
    }

    /// <summary>The rank whose call differs.</summary>
    public int OtherRank { get; }

    /// <summary>What that rank called.</summary>
    public CollectiveCall OtherCall { get; }
}
