using System.Runtime.InteropServices;

namespace TuneGraph.Collectives;

/// <summary>
/// What one rank asked for: the part of a call that must be equal on all ranks. It travels with every message and
/// stands on the shared board, which is how a mismatch is found.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct CollectiveCall
{
    /// <summary>
    /// Position among the group's collectives, counted from 1; for a message, the number of collectives before it.
    /// </summary>
    public long Sequence { get; init; }

    /// <summary>Elements of the whole vector, over all ranks where it is cut in shards.</summary>
    public long Elements { get; init; }

    /// <summary>The root, or for a message the other rank; −1 where there is none.</summary>
    public int Root { get; init; }

    /// <summary>The verb.</summary>
    public CollectiveKind Kind { get; init; }

    /// <summary>What the elements are.</summary>
    public ElementType Element { get; init; }

    /// <summary>How elements are combined; <see cref="ReduceOp.Sum"/> where nothing is reduced.</summary>
    public ReduceOp Op { get; init; }

    /// <summary>The algorithm that the rank runs; the ranks must agree on it too.</summary>
    public AllReduceAlgorithm Algorithm { get; init; }

    /// <summary>
    /// What the call is for (<see cref="ProcessGroup.Label"/>), for people; empty if it was not said. Must be equal on
    /// all ranks: another label means that another call was meant.
    /// </summary>
    public string Label => Tag.ToString();

    internal CallLabel Tag { get; init; }

    internal bool Matches(in CollectiveCall other) =>
        Sequence == other.Sequence && Elements == other.Elements && Root == other.Root && Kind == other.Kind
        && Element == other.Element && Op == other.Op && Algorithm == other.Algorithm
        && Tag == other.Tag;

    /// <summary>For people: <c>all-reduce #184 (sum of 1000 float32)</c>.</summary>
    public override string ToString()
    {
        var elements = Element.ToString().ToLowerInvariant();
        var place = Tag == default ? $"#{Sequence}" : $"#{Sequence} '{Tag}'";
        return Kind switch
        {
            CollectiveKind.None => "no call yet",
            CollectiveKind.Barrier => $"barrier {place}",
            CollectiveKind.Split => $"sub-group creation {place}",
            CollectiveKind.Send => $"send to rank {Root} ({Elements} {elements}, after collective #{Sequence})",
            CollectiveKind.Receive => $"receive from rank {Root} ({Elements} {elements}, after collective #{Sequence})",
            CollectiveKind.AllReduce =>
                $"all-reduce {place} ({Op.ToString().ToLowerInvariant()} of {Elements} {elements}, {Algorithm} "
                + "algorithm)",
            CollectiveKind.ReduceScatter =>
                $"reduce-scatter {place} ({Op.ToString().ToLowerInvariant()} of {Elements} {elements})",
            CollectiveKind.Reduce =>
                $"reduce {place} ({Op.ToString().ToLowerInvariant()} of {Elements} {elements} to root {Root})",
            _ => $"{Kind.Words()} {place} ({Elements} {elements}{(Root < 0 ? "" : $", root {Root}")})",
        };
    }
}
