using System.Collections.Immutable;

namespace TuneGraph.Search;

/// <summary>One evaluation's way across the axes.</summary>
/// <param name="Number">The trial.</param>
/// <param name="Value">Its objective.</param>
/// <param name="Positions">Where it crosses each axis, from 0 to 1; null where the parameter is inactive.</param>
public sealed record CoordinateLine(int Number, double Value, ImmutableArray<double?> Positions);

/// <summary>All evaluations as lines across the parameters' axes.</summary>
/// <param name="Axes">An axis for each parameter, in the space's order.</param>
/// <param name="Lines">A line for each evaluation, in the order given.</param>
public sealed record ParallelCoordinates(ImmutableArray<InsightAxis> Axes, ImmutableArray<CoordinateLine> Lines)
{
    /// <summary>The lines of these evaluations.</summary>
    public static ParallelCoordinates Of(SearchSpace space, IReadOnlyList<Evaluation> evaluations)
    {
        ArgumentNullException.ThrowIfNull(space);
        ArgumentNullException.ThrowIfNull(evaluations);
        ImmutableArray<InsightAxis> axes = [.. space.Parameters.Select(InsightAxis.Of)];
        return new(
            axes,
            [.. evaluations.Select(e => new CoordinateLine(e.Number, e.Value, [.. axes.Select(axis => axis.At(e))]))]);
    }
}
