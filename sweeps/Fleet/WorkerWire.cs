using System.Collections.Immutable;
using System.Text.Json.Serialization;
using TuneGraph.Graph;

namespace TuneGraph;

/// <summary>A worker as it introduces itself to a scheduler.</summary>
/// <param name="Name">Its name, unique among those at work.</param>
/// <param name="Instance">Tells this process from an earlier one of the same name.</param>
/// <param name="Version">Version of the program.</param>
/// <param name="Slots">Ranks that it runs at once.</param>
/// <param name="Cores">Processor cores.</param>
/// <param name="Accelerators">GPUs and the like.</param>
/// <param name="MemoryBytes">Memory that it may use.</param>
/// <param name="Labels">Free texts that studies may ask for.</param>
internal sealed record WorkerOffer(
    string Name,
    string Instance,
    string Version,
    int Slots,
    int Cores,
    int Accelerators,
    long MemoryBytes,
    ImmutableArray<string> Labels)
{
    /// <summary>Bytes that its disk must have free before it gets a trial.</summary>
    public long LeastFreeBytes { get; init; }

    /// <summary>Bytes that its disk has free now; null where it cannot tell.</summary>
    public long? FreeBytes { get; init; }

    /// <summary>What it has besides slots.</summary>
    [JsonIgnore]
    public ResourceVector Resources =>
        new() { Cores = Cores, Accelerators = Accelerators, MemoryBytes = MemoryBytes };

    /// <summary>How many ranks have room on it while it is idle.</summary>
    public int Room(ImmutableArray<string> labels, ResourceVector needs)
    {
        if (!labels.All(Labels.Contains))
            return 0;
        var room = (double)Slots;
        if (needs.Cores > 0)
            room = Math.Min(room, Cores / needs.Cores);
        if (needs.MemoryBytes > 0)
            room = Math.Min(room, (double)MemoryBytes / needs.MemoryBytes);
        if (needs.Accelerators > 0)
            room = Math.Min(room, (double)Accelerators / needs.Accelerators);
        return (int)room;
    }
}

/// <summary>What a worker gets for its offer.</summary>
/// <param name="Token">Its fencing token.</param>
/// <param name="LeaseSeconds">How long it may be silent.</param>
internal sealed record WorkerLease(string Token, double LeaseSeconds);

/// <summary>What a worker says again and again.</summary>
/// <param name="Held">Tokens of the attempts that it holds.</param>
/// <param name="Stopping">Those among them that it is ending already.</param>
/// <param name="HandingBack">Those that it is ending after their next step.</param>
/// <param name="WaitSeconds">How long the answer may take if there is nothing new.</param>
/// <param name="Load">What its machine is doing; null where it cannot tell.</param>
/// <param name="FreeBytes">What its disk has free; null where it cannot tell.</param>
internal sealed record WorkerWord(
    ImmutableArray<string> Held, ImmutableArray<string> Stopping, ImmutableArray<string> HandingBack,
    double WaitSeconds, MachineLoad? Load = null, long? FreeBytes = null);

/// <summary>What a worker hears.</summary>
/// <param name="Stop">Attempts that it is to end at once.</param>
/// <param name="HandBack">Attempts that it is to end after their next step, with a checkpoint.</param>
/// <param name="Order">A new one; null when there is none.</param>
internal sealed record WorkerNews(
    ImmutableArray<string> Stop, ImmutableArray<string> HandBack, TrainingOrder? Order);

/// <summary>A step of a trial, as its worker tells it.</summary>
/// <param name="Study">The study.</param>
/// <param name="Trial">The trial.</param>
/// <param name="Segment">Key of the segment.</param>
/// <param name="Step">Finished steps.</param>
/// <param name="Metrics">What was measured.</param>
/// <param name="Checkpoint">SHA-256 of the checkpoint after this step, uploaded before; null if none is due.</param>
internal sealed record StepWord(
    string Study, int Trial, string Segment, int Step, StepMetrics Metrics, string? Checkpoint);

/// <summary>What becomes of the trial.</summary>
/// <param name="GoOn">Whether it goes on.</param>
/// <param name="IsLate">Whether the attempt has lost its lease; what it found is taken all the same.</param>
internal sealed record StepVerdict(bool GoOn, bool IsLate);

/// <summary>How an attempt ended.</summary>
/// <param name="Outcome">How.</param>
/// <param name="Type">Type of the error, if it failed.</param>
/// <param name="Reason">Why, for people.</param>
internal sealed record EndWord(OrderOutcome Outcome, string? Type, string? Reason)
{
    /// <summary>What its worker had no room for; null where it did not lie with the disk.</summary>
    public DiskShortage? Shortage { get; init; }

    /// <summary>What the end means for the task.</summary>
    public TaskOutcome Meaning()
    {
        var (type, why) = (Type ?? "Error", Reason ?? "no reason was given");
        return Outcome switch
        {
            OrderOutcome.Done => new TaskDone(null),
            OrderOutcome.Stopped => new TaskInterrupted(),
            OrderOutcome.Failed => new TaskThrew(new TaskFault(FaultKind.Failed, type, why)),
            OrderOutcome.OutOfMemory => new TaskThrew(new TaskFault(FaultKind.OutOfMemory, type, why)),
            OrderOutcome.Diverged => new TaskThrew(new TaskFault(FaultKind.Diverged, type, why)),
            OrderOutcome.Preempted => new TaskTakenBack(AttemptState.Preempted, $"preempted: {why}"),
            OrderOutcome.Refused => new TaskTakenBack(AttemptState.Stopped, $"refused: {why}"),
            _ => new TaskTakenBack(AttemptState.Lost, why),
        };
    }
}
