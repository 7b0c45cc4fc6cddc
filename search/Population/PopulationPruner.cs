namespace TuneGraph.Search;

/// <summary>
/// Lets the members of a population wait for each other, and go on unless they are among the worst: the other half of
/// <see cref="PopulationSampler"/>, which makes it.
/// </summary>
public sealed class PopulationPruner : Pruner
{
    internal PopulationPruner(PopulationOptions options) => Options = options;

    /// <summary>The settings, those of the sampler.</summary>
    public PopulationOptions Options { get; }

    /// <inheritdoc/>
    public override string Name => "population";

    /// <inheritdoc/>
    public override PruneDecision Decide(StudyHistory history, Trial trial, int step)
    {
        ArgumentNullException.ThrowIfNull(history);
        ArgumentNullException.ThrowIfNull(trial);
        return step % Options.Interval == 0
            ? new(Verdict.Pause, FormattableString.Invariant(
                $"step {step}: {trial.IntermediateValues[^1].Value:G6} waits for the rest of the population"))
            : PruneDecision.Continue;
    }

    /// <inheritdoc/>
    public override int? Promote(StudyHistory history)
    {
        ArgumentNullException.ThrowIfNull(history);
        return PopulationGenerations.Of(history, Options).NextSurvivor;
    }

    /// <inheritdoc/>
    public override int? NextRung(int step, int maxResource)
    {
        var next = (((long)step / Options.Interval) + 1) * Options.Interval;
        return next <= int.MaxValue && (maxResource == 0 || next < maxResource) ? (int)next : null;
    }
}
