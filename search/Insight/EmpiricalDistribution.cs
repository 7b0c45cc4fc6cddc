using System.Collections.Immutable;

namespace TuneGraph.Search;

/// <summary>A step of an empirical distribution.</summary>
/// <param name="Value">A value of the objective.</param>
/// <param name="Share">The share of evaluations that are as good or better, above 0 and up to 1.</param>
public readonly record struct DistributionStep(double Value, double Share);

/// <summary>
/// How many evaluations reach a value: to compare studies by all that they tried, and not by their best alone.
/// </summary>
/// <param name="Steps">From the best value to the worst, each value once.</param>
public sealed record EmpiricalDistribution(ImmutableArray<DistributionStep> Steps)
{
    /// <summary>The distribution of these evaluations.</summary>
    public static EmpiricalDistribution Of(IReadOnlyList<Evaluation> evaluations, Direction direction)
    {
        ArgumentNullException.ThrowIfNull(evaluations);
        var sorted = evaluations.OrderBy(e => e.Loss(direction)).Select(e => e.Value).ToList();
        var steps = ImmutableArray.CreateBuilder<DistributionStep>();
        for (var i = 0; i < sorted.Count; i++)
        {
            if (i + 1 == sorted.Count || sorted[i + 1] != sorted[i])
                steps.Add(new(sorted[i], (i + 1.0) / sorted.Count));
        }

        return new(steps.DrainToImmutable());
    }
}
