using System.Collections.Immutable;

namespace TuneGraph.Search;

/// <summary>
/// What a random forest predicts over two parameters, the others averaged over the evaluations: a map of the objective.
/// </summary>
/// <param name="XAxis">The first parameter's axis.</param>
/// <param name="YAxis">The second parameter's axis.</param>
/// <param name="Size">How many places there are along each numeric axis; a choice has one for each of its
/// values.</param>
/// <param name="X">The places along the first axis, from 0 to 1.</param>
/// <param name="Y">The places along the second axis.</param>
/// <param name="Values">The predicted objective, [y, x] row by row.</param>
/// <param name="Points">The evaluations that have both parameters.</param>
public sealed record ContourPlot(
    InsightAxis XAxis,
    InsightAxis YAxis,
    int Size,
    ImmutableArray<double> X,
    ImmutableArray<double> Y,
    ImmutableArray<double> Values,
    ImmutableArray<RankPoint> Points)
{
    private const int Trees = 16;

    private const int MostLearnt = 2000;

    /// <summary>No more evaluations than this are averaged over, spread over all of them.</summary>
    private const int MostAveraged = 100;

    /// <summary>The map over these two parameters.</summary>
    /// <param name="space">The space.</param>
    /// <param name="evaluations">What was evaluated; at least one has both parameters.</param>
    /// <param name="direction">Which values are better.</param>
    /// <param name="x">The first parameter.</param>
    /// <param name="y">The second parameter.</param>
    /// <param name="size">Places along a numeric axis, at least 2; default 25.</param>
    /// <exception cref="SearchSpaceException">The space has no such parameter.</exception>
    /// <exception cref="ArgumentException">No evaluation has both parameters.</exception>
    public static ContourPlot Of(
        SearchSpace space,
        IReadOnlyList<Evaluation> evaluations,
        Direction direction,
        string x,
        string y,
        int size = 25)
    {
        ArgumentNullException.ThrowIfNull(space);
        ArgumentNullException.ThrowIfNull(evaluations);
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 2);
        var (px, py) = (space.Parameters.IndexOf(space[x]), space.Parameters.IndexOf(space[y]));
        var features = new ForestFeatures(space.Parameters);
        double[][] rows =
        [
            .. evaluations.Select(e => space.Parameters.Select((p, i) => features.FromCode(i, e.Code(p, i))).ToArray()),
        ];
        var having = Enumerable.Range(0, rows.Length).Where(i => !double.IsNaN(rows[i][px] + rows[i][py])).ToList();
        if (having.Count == 0)
            throw new ArgumentException(
                $"No evaluation has both '{x}' and '{y}'; choose parameters that are active together.",
                nameof(evaluations));

        double[][] columns = [.. space.Parameters.Select((_, p) => having.Select(i => rows[i][p]).ToArray())];
        double[] values = [.. having.Select(i => evaluations[i].Value)];
        var forest = RegressionForest.Fit(
            new(columns, features.Categories, values),
            new() { Trees = Trees, Sample = MostLearnt },
            SearchRandom.For(0, 0, "contour"));
        var (xs, ys) = (Places(space.Parameters[px], size), Places(space.Parameters[py], size));
        var step = (having.Count + MostAveraged - 1) / MostAveraged;
        double[][] averaged = [.. having.Where((_, i) => i % step == 0).Select(i => rows[i].ToArray())];
        var ranks = RankPlot.Of(space, evaluations, direction, x, y);
        return new(
            ranks.XAxis, ranks.YAxis, size, [.. xs.Select(p => p.Position)], [.. ys.Select(p => p.Position)],
            Map(forest, averaged, [.. xs.Select(p => (px, p.Feature))], [.. ys.Select(p => (py, p.Feature))]),
            ranks.Points);

        (double Position, double Feature)[] Places(Parameter parameter, int count)
        {
            var place = space.Parameters.IndexOf(parameter);
            var axis = InsightAxis.Of(parameter);
            IEnumerable<double> codes = parameter.Distribution is CategoricalDistribution choice
                ? choice.Choices.Select(choice.Code)
                : Enumerable.Range(0, count).Select(i => i / (count - 1.0));
            double At(double code) => axis.At(parameter.Distribution.Decode(code))!.Value;
            return [.. codes.Select(code => (At(code), features.FromCode(place, code)))];
        }
    }

    /// <summary>The mean prediction over these rows, with two features set to each pair of values.</summary>
    private static ImmutableArray<double> Map(
        RegressionForest forest,
        double[][] rows,
        (int Place, double Feature)[] xs,
        (int Place, double Feature)[] ys)
    {
        var map = ImmutableArray.CreateBuilder<double>(xs.Length * ys.Length);
        foreach (var y in ys)
        {
            foreach (var x in xs)
            {
                var sum = 0.0;
                foreach (var row in rows)
                {
                    (row[x.Place], row[y.Place]) = (x.Feature, y.Feature);
                    sum += forest.Predict(row).Mean;
                }

                map.Add(sum / rows.Length);
            }
        }

        return map.MoveToImmutable();
    }
}
