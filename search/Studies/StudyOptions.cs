namespace TuneGraph.Search;

/// <summary>How a study searches. With the log, all that there is to know of a study.</summary>
public sealed record StudyOptions
{
    /// <summary>
    /// The search space; null, the default, where trials ask for their parameters one by one (define-by-run).
    /// </summary>
    public SearchSpace? Space { get; init; }

    /// <summary>Which values are better. Default: smaller ones.</summary>
    public Direction Direction { get; init; }

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

    /// <summary>
    /// Called with each event after the study has taken it in, so that a store can append it; not called for events
    /// that are replayed. Whatever it throws reaches the caller of the study's verb, with the event kept in the log.
    /// </summary>
    public Action<StudyEvent>? OnEvent { get; init; }
}
