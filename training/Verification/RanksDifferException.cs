using System.Collections.Immutable;

namespace TuneGraph.Training;

/// <summary>Ranks that should hold the same parameters do not.</summary>
public sealed class RanksDifferException : Exception
{
    /// <param name="step">Steps (with a strategy, epochs) behind them.</param>
    /// <param name="tensor">The first tensor, in forward order, that differs.</param>
    /// <param name="ranks">The ranks that differ from most, ascending.</param>
    public RanksDifferException(long step, string tensor, ImmutableArray<int> ranks)
        : base($"After step {step} the tensor '{tensor}' of rank{(ranks.Length == 1 ? "" : "s")} "
            + $"{string.Join(", ", ranks)} differs from that of most ranks. Memory or transport is at fault, or the "
            + "ranks run on processors of different kinds; go on from the last checkpoint elsewhere.")
    {
        (Step, Tensor, Ranks) = (step, tensor, ranks);
    }

    /// <summary>Steps (with a strategy, epochs) behind the ranks.</summary>
    public long Step { get; }

    /// <summary>The first tensor, in forward order, that differs.</summary>
    public string Tensor { get; }

    /// <summary>The ranks that differ from most, ascending.</summary>
    public ImmutableArray<int> Ranks { get; }
}
