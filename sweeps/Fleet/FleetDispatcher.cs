using System.Collections.Immutable;
using TuneGraph.Graph;
using TuneGraph.Search;

namespace TuneGraph;

/// <summary>
/// Runs a sweep with the workers of a fleet: training goes to them as orders; the data, the final model, its test and
/// the export stay in this process.
/// </summary>
internal sealed class FleetDispatcher : TaskDispatcher
{
    private readonly FleetHost _fleet;
    private readonly SweepSpec _spec;
    private readonly ImmutableArray<ArtifactFile> _data;
    private readonly int _ranks;
    private readonly ResourceVector _needs;
    private readonly Dictionary<string, StartTask> _starts = []; // the last attempt at each segment
    private readonly Dictionary<string, long> _memory = []; // segments that need so much on their worker
    private readonly List<Action<Fleet, TimeSpan>> _told = []; // in this turn
    private readonly string _process;
    private ResourceSpec _resources;

    /// <param name="fleet">The workers.</param>
    /// <param name="spec">The sweep; its program is a model.</param>
    /// <param name="data">Its data files.</param>
    /// <param name="threads">Runs what stays here.</param>
    /// <param name="process">Name of this process.</param>
    /// <param name="post">Reaches the sweep's loop.</param>
    public FleetDispatcher(
        FleetHost fleet,
        SweepSpec spec,
        ImmutableArray<ArtifactFile> data,
        TaskThreads threads,
        string process,
        Action<RunnerMessage> post)
        : base(threads)
    {
        (_fleet, _spec, _data, _process, _resources) = (fleet, spec, data, process, spec.Resources);
        var worldSize = ((ModelProgram)spec.Program).Training.Parallel.WorldSize;
        _ranks = spec.Resources.Elastic?.Min ?? worldSize;
        _needs = ResourceSpec.OfRank(spec);
        _fleet.Enter(spec.Name, worldSize, post);
        Change(spec.Resources);
    }

    public override int Parallel => _spec.Budget.Parallel ?? Math.Max(1, Slots / _ranks);

    public override int? Room => _spec.Resources.Elastic is null ? null : Slots;

    private int Slots => Math.Min(
        _resources.Quota ?? int.MaxValue, _fleet.Ask(fleet => fleet.Fit.Of(_spec.Resources.Labels, _needs)));

    public override IReadOnlyList<Instruction> Submit(PlannedTask task)
    {
        if (task.Work is TrainSegment segment)
            task = task with
            {
                Spec = task.Spec with
                {
                    Resources = _memory.TryGetValue(segment.Key, out var bytes)
                        ? _needs with { MemoryBytes = bytes }
                        : _needs,
                    Constraints = new WorkerConstraints { Labels = _spec.Resources.Labels },
                },
            };
        _told.Add((fleet, now) => fleet.Submit(_spec.Name, task, now));
        return [];
    }

    public override IReadOnlyList<Instruction> Apply(GraphEvent @event)
    {
        _told.Add((fleet, now) => fleet.Tell(_spec.Name, @event, now));
        return [];
    }

    public override void HandOn()
    {
        if (_told.Count > 0)
            _fleet.Change((fleet, now) => fleet.Together(_told, now));
        _told.Clear();
    }

    public override void Change(ResourceSpec resources)
    {
        _resources = resources;
        var group = new TaskGroup
        {
            Name = _spec.Name,
            Priority = resources.Priority,
            Share = resources.Share,
            Quota = resources.Quota,
        };
        _fleet.Change((fleet, now) => fleet.Weigh(group, now));
    }

    public override string WorkerOf(StartTask start) =>
        start.Ranks[0].Worker.Value.StartsWith(FleetKeys.ControlPrefix, StringComparison.Ordinal)
            ? _process
            : string.Join(", ", start.Ranks.Select(rank => rank.Worker.Value).Distinct());

    public override void Start(StartTask start, SweepTask task, StoredCheckpoint? checkpoint)
    {
        if (task is TrainSegment segment)
        {
            _starts[segment.Key] = start;
            _fleet.Change((fleet, _) =>
                fleet.Offer(_spec.Name, start, part => OrderOf(part, segment, checkpoint)));
        }
        else
            Threads.Start(start, task, checkpoint);
    }

    public override bool GiveMoreMemory(string segment)
    {
        if (!_starts.TryGetValue(segment, out var start))
            return false;
        var more = _fleet.Ask(fleet => fleet.Fit.MoreMemoryThan(
            start.Ranks.Select(rank => rank.Worker.Value).Distinct(), _spec.Resources.Labels, start.Ranks.Length));
        if (more is not { } bytes)
            return false;
        _memory[segment] = bytes;
        return true;
    }

    public override void Stop(TaskKey key)
    {
        base.Stop(key);
        _fleet.Change((fleet, _) => fleet.Stop(_spec.Name, key));
    }

    public override void StopAll()
    {
        base.StopAll();
        _fleet.Change((fleet, _) => fleet.Stop(_spec.Name, null));
    }

    public override void Dispose()
    {
        base.Dispose();
        _fleet.Exit(_spec.Name);
    }

    private TrainingOrder OrderOf(FleetPart part, TrainSegment segment, StoredCheckpoint? checkpoint) =>
        new()
        {
            Token = part.Token,
            Study = _spec.Name,
            Trial = segment.Number,
            Segment = segment.Key,
            Previous = segment.Previous,
            From = segment.Range.From,
            To = segment.Range.To,
            Ranks = part.Ranks,
            Shape = segment.Shape,
            Gang = part.Attempt is { IsSpread: true, Start: var start }
                ? new GangSeat($"{start.Key}-{start.Attempt}", start.Ranks.Length, part.FirstRank, Meeting: null)
                : null,
            Sweep = _spec.Source,
            Seed = _spec.Seed,
            Data = _data,
            Parameters = [.. segment.Configuration.Items.Select(Encode)],
            IsFork = segment.IsFork,
            Start = checkpoint is not null && ArtifactCheckpoints.HashIn(checkpoint) is { } sha256
                ? new CheckpointReference(checkpoint.TaskKey, checkpoint.Step, sha256)
                : null,
        };

    private static EncodedParameter Encode(KeyValuePair<string, ParameterValue> item) =>
        new(item.Key, item.Value.Encode());
}
