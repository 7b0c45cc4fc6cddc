using System.Collections.Immutable;

namespace TuneGraph.Search;

/// <summary>An evaluation over one parameter.</summary>
/// <param name="Number">The trial.</param>
/// <param name="Position">Where the parameter's value stands on the axis, from 0 to 1.</param>
/// <param name="Value">The objective.</param>
public readonly record struct SlicePoint(int Number, double Position, double Value);

/// <summary>The objective over one parameter, one point for each evaluation that has it.</summary>
/// <param name="Axis">The parameter's axis.</param>
/// <param name="Points">The points, in the order given.</param>
public sealed record SlicePlot(InsightAxis Axis, ImmutableArray<SlicePoint> Points)
{
    /// <summary>The slice along this parameter.</summary>
    /// <exception cref="SearchSpaceException">The space has no such parameter.</exception>
    public static SlicePlot Of(SearchSpace space, IReadOnlyList<Evaluation> evaluations, string parameter)
    {
        ArgumentNullException.ThrowIfNull(space);
        ArgumentNullException.ThrowIfNull(evaluations);
        var axis = InsightAxis.Of(space[parameter]);
        var points = ImmutableArray.CreateBuilder<SlicePoint>();
        foreach (var evaluation in evaluations)
        {
            if (axis.At(evaluation) is { } position)
                points.Add(new(evaluation.Number, position, evaluation.Value));
        }

        return new(axis, points.DrainToImmutable());
    }
}
