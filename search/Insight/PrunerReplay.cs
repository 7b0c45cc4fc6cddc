using System.Collections.Immutable;

namespace TuneGraph.Search;

/// <summary>
/// What another pruner would have done to a study that has run: each trial reports what it reported then, when it did,
/// until this pruner stops it.
/// </summary>
/// <remarks>
/// What a replay cannot know it leaves as it was. Trials that the study's own pruner had stopped end there at the
/// latest (<see cref="Unknown"/>), the sampler proposes what it had proposed, and time that is saved starts no further
/// trials. Rules that pause trials stop them here (<see cref="Pruner.Stopping"/>), and none is stopped by its last
/// step.
/// </remarks>
public sealed record PrunerReplay
{
    private PrunerReplay()
    {
    }

    /// <summary>How many trials there were.</summary>
    public int Trials { get; private init; }

    /// <summary>Trials that the pruner stops, in the order in which it does.</summary>
    public ImmutableArray<ReplayedStop> Stops { get; private init; } = [];

    /// <summary>How many trials it lets run and the study's own pruner had stopped: how they go on nobody
    /// knows.</summary>
    public int Unknown { get; private init; }

    /// <summary>Steps that were run.</summary>
    public long StepsRun { get; private init; }

    /// <summary>Steps among them that the pruner spares.</summary>
    public long StepsSaved { get; private init; }

    /// <summary>How long trials ran, summed over them; pauses are left out.</summary>
    public TimeSpan TimeRun { get; private init; }

    /// <summary>How much of that the pruner spares.</summary>
    public TimeSpan TimeSaved { get; private init; }

    /// <summary>The number of the study's best trial; null where none completed.</summary>
    public int? Best { get; private init; }

    /// <summary>The best trial under the pruner; null where none completes.</summary>
    public int? BestLeft { get; private init; }

    /// <summary>The first objective of <see cref="Best"/>.</summary>
    public double? BestValue { get; private init; }

    /// <summary>The first objective of <see cref="BestLeft"/>.</summary>
    public double? BestLeftValue { get; private init; }

    /// <summary>Whether the pruner stops the study's best trial.</summary>
    public bool LosesBest => Best != BestLeft;

    /// <summary>Replays a study.</summary>
    /// <param name="log">
    /// The study's events in order, each with the time since some moment before the first. It is gone through twice, so
    /// whoever wants to give up throws from it.
    /// </param>
    /// <param name="directions">Which values of each objective are better.</param>
    /// <param name="pruner">What judges.</param>
    /// <param name="maxResource">The largest step of a trial; 0 for the largest that was reported.</param>
    /// <exception cref="ArgumentException">
    /// The pruner does not serve so many objectives, or an event is impossible after those before it.
    /// </exception>
    public static PrunerReplay Of(
        IEnumerable<(StudyEvent Event, TimeSpan At)> log,
        ImmutableArray<Direction> directions,
        Pruner pruner,
        int maxResource = 0)
    {
        ArgumentNullException.ThrowIfNull(log);
        ArgumentNullException.ThrowIfNull(pruner);
        if (maxResource == 0)
            maxResource = log.Max(item => item.Event is StepReported reported ? reported.Step : 0);
        var options = new StudyOptions
        {
            Directions = directions,
            Sampler = new RandomSampler(),
            MaxResource = maxResource,
        };
        var past = new ReplayedStudy(options);
        var other = new ReplayedStudy(options with { Pruner = pruner.Stopping });
        foreach (var (@event, at) in log)
        {
            past.Take(@event, at);
            other.Take(@event, at);
        }

        var (ran, rest) = (past.Sum(), other.Sum());
        return new PrunerReplay
        {
            Trials = past.Study.Trials.Count,
            Stops = [.. other.Stops],
            Unknown = other.Study.Trials.Count(trial => trial.State == TrialState.Pruned) - other.Stops.Count,
            StepsRun = ran.Steps,
            StepsSaved = ran.Steps - rest.Steps,
            TimeRun = ran.Time,
            TimeSaved = ran.Time - rest.Time,
            Best = past.Study.Best?.Number,
            BestValue = past.Study.Best?.Value,
            BestLeft = other.Study.Best?.Number,
            BestLeftValue = other.Study.Best?.Value,
        };
    }
}

/// <summary>A trial that a replayed pruner stops.</summary>
/// <param name="Trial">Its number.</param>
/// <param name="Step">After which step.</param>
/// <param name="Why">The pruner's reason, for people.</param>
public sealed record ReplayedStop(int Trial, int Step, string? Why);
