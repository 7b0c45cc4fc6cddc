using System.Collections.Immutable;
using TuneGraph.Graph;

namespace TuneGraph;

/// <summary>
/// An attempt at a training segment: one part, or, where its ranks are spread over workers, a part on each of them.
/// The first part has rank 0 and leads: it opens the rendezvous, reports the steps, and its end is the attempt's.
/// </summary>
internal sealed class FleetAttempt
{
    private (FleetPart Part, EndWord End)? _cause;

    /// <param name="study">The study.</param>
    /// <param name="start">What the graph decided; keys are the study's own.</param>
    /// <param name="members">The workers by name.</param>
    /// <param name="token">Gives the next fencing token.</param>
    public FleetAttempt(
        string study, StartTask start, IReadOnlyDictionary<string, FleetMember> members, Func<string> token)
    {
        (Study, Start) = (study, start);
        var ranks = start.Ranks.Select((placement, rank) => (placement.Worker, Rank: rank));
        Parts = [.. ranks.GroupBy(each => each.Worker).Select(part =>
            new FleetPart(this, token(), members[part.Key.Value], part.First().Rank, part.Count()))];
    }

    public string Study { get; }

    public StartTask Start { get; }

    public ImmutableArray<FleetPart> Parts { get; }

    public FleetPart Leader => Parts[0];

    /// <summary>Whether its ranks are spread over several workers.</summary>
    public bool IsSpread => Parts.Length > 1;

    /// <summary>Where its ranks meet; null until the leader has opened the place, or where they need none.</summary>
    public GangMeeting? Meeting { get; set; }

    /// <summary>The study wants it to end.</summary>
    public bool IsStopAsked { get; set; }

    /// <summary>The study has heard how it ended; what is left is that its ranks end too.</summary>
    public bool IsOver { get; set; }

    /// <summary>When it counts as ended, whoever still has not answered; null while it is to go on.</summary>
    public TimeSpan? Deadline { get; set; }

    /// <summary>Whether workers are to end what they run of it.</summary>
    public bool IsStopping => IsStopAsked || IsOver || _cause is not null;

    public bool HasEnded => Parts.All(part => part.End is not null);

    /// <summary>Takes in how a part ended.</summary>
    /// <returns>Whether the others have no reason to go on.</returns>
    public bool End(FleetPart part, EndWord end)
    {
        part.End = end;
        if (end.Outcome is OrderOutcome.Done)
            return part == Leader;
        // The first end that is no consequence of another's is the attempt's. A part that lost touch with the others
        // goes second: who broke off knows better why.
        var isExpected = end.Outcome == OrderOutcome.Stopped && IsStopAsked;
        if (_cause is null ? !isExpected : !IsOwn(_cause.Value.End.Outcome) && IsOwn(end.Outcome))
            _cause = (part, end);
        return true;
    }

    /// <summary>How the attempt as a whole ended, and at which part that lay.</summary>
    public (FleetPart Part, EndWord End) Outcome()
    {
        if (Leader.End is { Outcome: OrderOutcome.Done } done)
            return (Leader, done);
        if (_cause is { } cause && IsOwn(cause.End.Outcome))
            return cause;
        return IsStopAsked ? (Leader, new EndWord(OrderOutcome.Stopped, null, null))
            : _cause is { End.Outcome: OrderOutcome.Broken } broken ? broken
            : (Leader, new EndWord(OrderOutcome.Broken, null, "its ranks did not come to an end together"));
    }

    private static bool IsOwn(OrderOutcome outcome) =>
        outcome is not (OrderOutcome.Done or OrderOutcome.Stopped or OrderOutcome.Broken);
}

/// <summary>What one worker runs of an attempt.</summary>
/// <param name="attempt">The attempt.</param>
/// <param name="token">Its fencing token: who does not know it cannot report for it.</param>
/// <param name="member">The worker.</param>
/// <param name="firstRank">The first of its ranks, which follow each other.</param>
/// <param name="ranks">How many they are.</param>
internal sealed class FleetPart(FleetAttempt attempt, string token, FleetMember member, int firstRank, int ranks)
{
    public FleetAttempt Attempt { get; } = attempt;

    public string Token { get; } = token;

    public FleetMember Member { get; } = member;

    public int FirstRank { get; } = firstRank;

    public int Ranks { get; } = ranks;

    /// <summary>What is to be done; null until the study has written the start down.</summary>
    public TrainingOrder? Order { get; set; }

    /// <summary>How it ended; null while it has not.</summary>
    public EndWord? End { get; set; }

    /// <summary>Whether its worker was told of it.</summary>
    public bool IsGiven { get; set; }

    /// <summary>The step at which its ranks have arrived, as far as they tell.</summary>
    public int Step { get; set; }

    /// <summary>The order as it is given now; null while there is nothing to begin with.</summary>
    public TrainingOrder? Ready =>
        Attempt.IsStopping || End is not null ? null
        : Order?.Gang is not { } seat || FirstRank == 0 ? Order
        : Attempt.Meeting is { } meeting ? Order with { Gang = seat with { Meeting = meeting } }
        : null;
}

/// <summary>A worker that a fleet knows.</summary>
internal sealed class FleetMember(WorkerOffer offer, string token)
{
    /// <summary>What a worker that is set aside has in use, of as much.</summary>
    public const long Full = 1;

    public WorkerOffer Offer { get; } = offer;

    /// <summary>The worker as the graph knows it.</summary>
    public WorkerSpec Spec => new()
    {
        Id = Offer.Name,
        Slots = Offer.Slots,
        Labels = [FleetKeys.WorkerLabel, .. Offer.Labels],
        Resources = Offer.Resources,
        MemoryLimitBytes = Full,
    };

    /// <summary>Its fencing token: of two workers of one name, the one that may speak.</summary>
    public string Token { get; } = token;

    public TimeSpan LeaseEnds { get; set; }

    /// <summary>It leaves, or is not fit: it gets no new attempts.</summary>
    public bool IsRetiring { get; set; }

    /// <summary>Why it is not fit; null when it is.</summary>
    public string? Refusal { get; set; }

    /// <summary>Its disk: while it is short of room, it gets no new attempts.</summary>
    public DiskRoom Disk { get; } = new(offer.LeastFreeBytes);

    /// <summary>Whether the graph knows that it gets none.</summary>
    public bool IsAside { get; set; }

    /// <summary>Why it is set aside, in words; null when it is not.</summary>
    public string? WhyAside => Disk.Shortage is { } why ? $"worker '{Offer.Name}' is set aside: {why}" : null;

    /// <summary>What its machine was doing when it last spoke.</summary>
    public MachineLoad? Load { get; private set; }

    /// <summary>What it was doing in the last hour.</summary>
    public LoadHistory Loads { get; } = new();

    /// <summary>What it runs.</summary>
    public List<FleetPart> Parts { get; } = [];

    /// <summary>It says what its machine does, and how much room its disk has, as far as it knows.</summary>
    public void Hear(MachineLoad? load, long? free, TimeSpan now)
    {
        Disk.Report(free);
        if (load is null)
            return;
        Load = load;
        Loads.Add(load, now);
    }

    /// <summary>Those of its parts that are to end after their next step, since a worker of the gang leaves.</summary>
    public IEnumerable<FleetPart> ToHandBack =>
        Parts.Where(part => part.FirstRank == 0 && part.Attempt.Parts.Any(each => each.Member.IsRetiring));
}

/// <summary>Something for the loop of a study; an empty name means all of them.</summary>
internal readonly record struct FleetPost(string Study, RunnerMessage Message);
