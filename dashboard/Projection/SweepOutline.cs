using System.Globalization;
using TuneGraph.Search;

namespace TuneGraph.Dashboard;

/// <summary>What a sweep would do, without doing it.</summary>
internal static class SweepOutline
{
    /// <summary>Names and values for people, in the order in which they are asked about.</summary>
    public static IEnumerable<(string Name, string Value)> Of(SweepSpec spec)
    {
        yield return ("Study", spec.Name);
        yield return ("Objective", string.Join(", ", spec.Objectives.Select(objective =>
            $"{objective.Direction.ToString().ToLowerInvariant()} {objective.Metric}")));
        yield return ("Sampler, pruner", $"{spec.Sampler.Name}, {spec.Pruner.Name}");
        yield return ("Trials", Text(spec.Budget.Trials));
        if (spec.Space is { } space)
        {
            yield return ("Parameters", string.Join("; ", space.Parameters));
            yield return ("Configurations", Count(space) is { } count ? Text(count) : "without number");
        }

        if (spec.Program is ModelProgram { Training: var training, Data: var data })
        {
            yield return ("Data", data.Path);
            var steps = (long)training.Epochs * spec.Budget.Trials;
            yield return ("Steps", $"{Text(training.Epochs)} a trial, {Text(steps)} "
                + "in all unless a pruner stops trials before");
            yield return ("Ranks a trial", Text(training.Parallel.WorldSize));
        }

        if (spec.Budget.Timeout is { } limit)
            yield return ("Time limit", Show.Span(limit));
    }

    private static string Text(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    // Only where every parameter has finitely many values; conditions are not looked at, so there may be fewer.
    private static long? Count(SearchSpace space)
    {
        var count = 1.0;
        foreach (var parameter in space.Parameters)
        {
            count *= parameter.Distribution switch
            {
                CategoricalDistribution categorical => categorical.Choices.Length,
                IntDistribution whole => whole.High - whole.Low + 1.0,
                _ => double.PositiveInfinity,
            };
        }

        return count < long.MaxValue ? (long)count : null;
    }
}
