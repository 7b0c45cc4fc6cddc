using System.Collections.Immutable;
using System.Globalization;
using TuneGraph.Search;

namespace TuneGraph;

/// <summary>
/// What becomes of a study's bounds: what is null stays as it is. Numbers count from the beginning of the study, what
/// is spent already included.
/// </summary>
public sealed record StudyChange
{
    /// <summary>How many trials it may have, at least 1.</summary>
    public int? Trials { get; init; }

    /// <summary>How many steps it may train, over all trials; 0 takes the limit away.</summary>
    public int? Steps { get; init; }

    /// <summary>
    /// What its trials may cost together, in the unit of <see cref="BudgetSpec.CostMetric"/>; 0 takes the limit away.
    /// Only for a study that has a limit of its costs from the beginning, or measures them for its sampler.
    /// </summary>
    public double? Cost { get; init; }

    /// <summary>
    /// How many seconds it may run, counted from when it last began or went on; 0 takes the limit away.
    /// </summary>
    public double? TimeoutSeconds { get; init; }

    /// <summary>Its priority among the studies of the scheduler, from -1000 to 1000.</summary>
    public int? Priority { get; init; }

    /// <summary>Its share among those of its priority, from 0.001 to 1000.</summary>
    public double? Share { get; init; }

    /// <summary>Most slots that it takes at once; 0 takes the limit away.</summary>
    public int? Quota { get; init; }

    /// <summary>
    /// Other ranges of parameters by name. Trials that were asked for stay; those outside teach the sampler nothing any
    /// more, and paused ones among them end.
    /// </summary>
    public ImmutableSortedDictionary<string, ParameterRange>? Ranges { get; init; }

    /// <summary>This change on top of an earlier one.</summary>
    internal StudyChange After(StudyChange? earlier) =>
        earlier is null
            ? this
            : new StudyChange
            {
                Trials = Trials ?? earlier.Trials,
                Steps = Steps ?? earlier.Steps,
                Cost = Cost ?? earlier.Cost,
                TimeoutSeconds = TimeoutSeconds ?? earlier.TimeoutSeconds,
                Priority = Priority ?? earlier.Priority,
                Share = Share ?? earlier.Share,
                Quota = Quota ?? earlier.Quota,
                Ranges = Ranges is null ? earlier.Ranges
                    : (earlier.Ranges ?? ImmutableSortedDictionary<string, ParameterRange>.Empty)
                        .SetItems(Ranges.Select(range => KeyValuePair.Create(
                            range.Key, range.Value.After(earlier.Ranges?.GetValueOrDefault(range.Key))))),
            };

    /// <summary>A sweep with these bounds instead of its own.</summary>
    /// <exception cref="FleetException">They are not possible, or say nothing.</exception>
    internal SweepSpec In(SweepSpec spec)
    {
        if (this == new StudyChange())
            throw Refuse("nothing is to be changed; "
                + "name trials, steps, cost, timeoutSeconds, priority, share, quota or ranges");
        Check("trials", Trials, 1, 1_000_000_000);
        Check("steps", Steps, 0, int.MaxValue);
        Check("cost", Cost, 0, double.MaxValue);
        Check("timeoutSeconds", TimeoutSeconds, 0, 315_360_000);
        Check("priority", Priority, -1000, 1000);
        Check("share", Share, 0.001, 1000);
        Check("quota", Quota, 0, 1_000_000);
        if (Cost > 0 && spec.CostMetric is null)
            throw Refuse("cost cannot be limited, since the study measures no costs; limit steps or timeoutSeconds");
        if (Quota > 0 && Quota < ResourceSpec.LeastSlotsOf(spec))
            throw Refuse($"quota is {Quota}, and each trial takes {ResourceSpec.LeastSlotsOf(spec)} slots at once");
        var (budget, resources) = (spec.Budget, spec.Resources);
        return RangedIn(spec) with
        {
            Budget = budget with
            {
                Trials = Trials ?? budget.Trials,
                Steps = Steps is { } steps ? (steps == 0 ? null : steps) : budget.Steps,
                Cost = Cost is { } cost ? (cost == 0 ? null : cost) : budget.Cost,
                CostMetric = spec.CostMetric,
                Timeout = TimeoutSeconds is { } seconds
                    ? (seconds == 0 ? null : TimeSpan.FromSeconds(seconds))
                    : budget.Timeout,
            },
            Resources = resources with
            {
                Priority = Priority ?? resources.Priority,
                Share = Share ?? resources.Share,
                Quota = Quota is { } quota ? (quota == 0 ? null : quota) : resources.Quota,
            },
        };
    }

    /// <summary>Why a paused trial ends when ranges change.</summary>
    internal static string Outside(Trial trial) =>
        $"paused at step {trial.LastStep}: the ranges were changed, and it lies outside";

    /// <summary>A study whose callers run its trials, with these bounds instead of its own.</summary>
    /// <exception cref="FleetException">They are not possible, or are none of such a study.</exception>
    internal SweepSpec InAsked(SweepSpec study)
    {
        if ((Steps ?? Cost ?? TimeoutSeconds) is not null)
            throw Refuse("its callers run its trials, so only they know what those take; trials and ranges can be "
                + "changed");
        if ((Priority ?? Share ?? Quota) is not null)
            throw Refuse("its callers run its trials, so it takes no slots of the workers; trials and ranges can be "
                + "changed");
        return In(study);
    }

    private SweepSpec RangedIn(SweepSpec spec)
    {
        if (Ranges is null)
            return spec;
        if (spec.Space is not { } space)
            throw Refuse("it has no fixed search space, so it has no ranges");
        if (spec.Sampler.Forks)
            throw Refuse($"sampler {spec.Sampler.Name} goes on from the configurations of other trials, so the ranges "
                + "stay as they are; submit another study");
        try
        {
            var changed = spec with
            {
                Space = space.With(Ranges.Select(range => range.Value.In(space[range.Key]))),
            };
            if (changed.Program is ModelProgram)
                TemplateCheck.CheckEnds(changed);
            return changed;
        }
        catch (Exception e) when (e is SearchSpaceException or TuneGraphException and not FleetException)
        {
            throw Refuse(Words.Sentence(e.Message));
        }
    }

    private static void Check(string name, double? value, double least, double most)
    {
        if (value is { } number && !(number >= least && number <= most))
            throw Refuse(string.Create(
                CultureInfo.InvariantCulture, $"{name} is {number}; it must be from {least} to {most}"));
    }

    private static FleetException Refuse(string why) =>
        new(FleetCode.BadRequest, $"The study cannot be changed: {why}.");
}
