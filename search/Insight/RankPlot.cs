using System.Collections.Immutable;

namespace TuneGraph.Search;

/// <summary>An evaluation over two parameters.</summary>
/// <param name="Number">The trial.</param>
/// <param name="X">Where the first parameter's value stands on its axis, from 0 to 1.</param>
/// <param name="Y">Where the second's stands.</param>
/// <param name="Value">The objective.</param>
/// <param name="Rank">
/// Its place among all evaluations, from 0 (the best) to 1 (the worst); equal ones share their middle place.
/// </param>
public readonly record struct RankPoint(int Number, double X, double Y, double Value, double Rank);

/// <summary>How good evaluations are, over two parameters: ranks show what outliers would hide.</summary>
/// <param name="XAxis">The first parameter's axis.</param>
/// <param name="YAxis">The second parameter's axis.</param>
/// <param name="Points">A point for each evaluation that has both parameters, in the order given.</param>
public sealed record RankPlot(InsightAxis XAxis, InsightAxis YAxis, ImmutableArray<RankPoint> Points)
{
    /// <summary>The plot over these two parameters.</summary>
    /// <exception cref="SearchSpaceException">The space has no such parameter.</exception>
    public static RankPlot Of(
        SearchSpace space, IReadOnlyList<Evaluation> evaluations, Direction direction, string x, string y)
    {
        ArgumentNullException.ThrowIfNull(space);
        ArgumentNullException.ThrowIfNull(evaluations);
        var (xAxis, yAxis) = (InsightAxis.Of(space[x]), InsightAxis.Of(space[y]));
        var ranks = Ranks(evaluations, direction);
        var points = ImmutableArray.CreateBuilder<RankPoint>();
        for (var i = 0; i < ranks.Length; i++)
        {
            var evaluation = evaluations[i];
            if (xAxis.At(evaluation) is { } px && yAxis.At(evaluation) is { } py)
                points.Add(new(evaluation.Number, px, py, evaluation.Value, ranks[i]));
        }

        return new(xAxis, yAxis, points.DrainToImmutable());
    }

    private static double[] Ranks(IReadOnlyList<Evaluation> evaluations, Direction direction)
    {
        var order = Enumerable.Range(0, evaluations.Count).OrderBy(i => evaluations[i].Loss(direction)).ToArray();
        var ranks = new double[order.Length];
        for (var from = 0; from < order.Length;)
        {
            var to = from + 1;
            while (to < order.Length && evaluations[order[to]].Value == evaluations[order[from]].Value)
                to++;
            var rank = (from + to - 1) / 2.0 / Math.Max(1, order.Length - 1);
            for (; from < to; from++)
                ranks[order[from]] = rank;
        }

        return ranks;
    }
}
