using System.Collections.Immutable;
using TuneGraph.Search;

namespace TuneGraph;

/// <summary>A study as a scheduler tells of it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="State">
/// <c>starting</c>, <c>running</c>, <c>interrupted</c>, <c>finished</c> or <c>failed</c>.
/// </param>
/// <param name="Reason">Why it is in that state, for people; null when there is nothing to say.</param>
/// <param name="Metrics">Names of the objectives.</param>
/// <param name="Directions">Which values of each are better: <c>minimize</c> or <c>maximize</c>.</param>
/// <param name="Sampler">Name of the sampler.</param>
/// <param name="Pruner">Name of the pruner.</param>
/// <param name="Seed">Its seed.</param>
/// <param name="Budget">How many trials it may have.</param>
/// <param name="Trials">How many trials there are in each state.</param>
/// <param name="Best">The best trial; null while there is none.</param>
/// <param name="Waiting">What its oldest task that does not run waits for; null when none waits.</param>
/// <param name="CreatedAt">When it was created; null while it is starting.</param>
/// <param name="ChangedAt">When it last changed its state.</param>
/// <param name="Folder">Its folder on the scheduler.</param>
public sealed record StudyView(
    string Name,
    string State,
    string? Reason,
    ImmutableArray<string> Metrics,
    ImmutableArray<string> Directions,
    string Sampler,
    string Pruner,
    ulong Seed,
    int Budget,
    ImmutableSortedDictionary<string, int> Trials,
    TrialView? Best,
    string? Waiting,
    DateTimeOffset? CreatedAt,
    DateTimeOffset? ChangedAt,
    string Folder)
{
    /// <summary>Its priority among the studies of the scheduler.</summary>
    public int Priority { get; init; }

    /// <summary>Its share among those of its priority.</summary>
    public double Share { get; init; } = 1;

    /// <summary>Most slots that it takes at once; null for no limit.</summary>
    public int? Quota { get; init; }

    /// <summary>Ranges that were changed since the study was made, by parameter, for people; null for none.</summary>
    public ImmutableSortedDictionary<string, string>? Ranges { get; init; }

    /// <summary>Steps that trials took over from equal ones instead of computing them again.</summary>
    public int SharedSteps { get; init; }

    /// <summary>Seconds that one slot would have computed them.</summary>
    public double SavedSeconds { get; init; }

    /// <summary>The ranges of a space that are others than those of the first one; null for none.</summary>
    internal static ImmutableSortedDictionary<string, string>? Changed(SearchSpace? first, SearchSpace? now)
    {
        var changed = (now?.Parameters ?? [])
            .Where(parameter => parameter.Distribution != first![parameter.Name].Distribution)
            .ToImmutableSortedDictionary(
                parameter => parameter.Name, parameter => parameter.Distribution.ToString(), StringComparer.Ordinal);
        return changed.IsEmpty ? null : changed;
    }

    /// <summary>A study whose store cannot be read.</summary>
    internal static StudyView Unreadable(string name, string reason, string folder) =>
        new(
            name, "failed", reason, [], [], "", "", 0, 0, ImmutableSortedDictionary<string, int>.Empty, null, null,
            null, null, folder);
}
