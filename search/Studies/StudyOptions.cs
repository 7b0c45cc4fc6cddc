using System.Collections.Immutable;

namespace TuneGraph.Search;

/// <summary>How a study searches. With the log, all that there is to know of a study.</summary>
public sealed record StudyOptions
{
    /// <summary>The largest number of objectives.</summary>
    public const int MostObjectives = 4;

    /// <summary>
    /// The search space; null, the default, where trials ask for their parameters one by one (define-by-run).
    /// </summary>
    public SearchSpace? Space { get; init; }

    /// <summary>
    /// Which values of the objective are better; with several objectives, of the first. Setting it makes a study of
    /// one objective. Default: smaller ones.
    /// </summary>
    public Direction Direction
    {
        get => Directions[0];
        init => Directions = [value];
    }

    /// <summary>
    /// Which values are better, for each objective: one to four of them, in the order in which trials tell their
    /// values. Default: one, of which smaller values are better.
    /// </summary>
    public ImmutableArray<Direction> Directions
    {
        get;
        init => field = !value.IsDefault && value.Length is >= 1 and <= MostObjectives
            ? value
            : throw new ArgumentException(
                $"A study has 1 to {MostObjectives} objectives, and {(value.IsDefault ? 0 : value.Length)} directions "
                + "are given; give one for each objective.",
                nameof(Directions));
    } = [Direction.Minimize];

    /// <summary>What proposes configurations.</summary>
    public required Sampler Sampler { get; init; }

    /// <summary>What stops or pauses trials. Default: nothing.</summary>
    public Pruner Pruner { get; init; } = new NoPruner();

    /// <summary>What chance begins with: studies of the same options and log go on alike. Default 0.</summary>
    public ulong Seed { get; init; }

    /// <summary>The largest step that a trial reports; 0, the default, where that is unknown.</summary>
    public int MaxResource
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value, nameof(MaxResource));
            field = value;
        }
    }

    /// <summary>How much is meant to be spent, for samplers that plan ahead. Default: nothing is known.</summary>
    public StudyBudget Budget { get; init; } = new();

    /// <summary>
    /// Called with each event after the study has taken it in, so that a store can append it; not called for events
    /// that are replayed. Whatever it throws reaches the caller of the study's verb, with the event kept in the log.
    /// </summary>
    public Action<StudyEvent>? OnEvent { get; init; }
}
