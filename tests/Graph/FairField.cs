using TuneGraph.Graph;

namespace TuneGraph.Tests.Graph;

/// <summary>
/// Groups that always have more to run than there are slots, on a cluster with a clock of its own: who gets how many
/// slot-seconds. Nothing in it is drawn.
/// </summary>
internal sealed class FairField
{
    private readonly TaskGraph _graph = new(new TaskGraphOptions { Validate = true });
    private readonly PriorityQueue<StartTask, TimeSpan> _running = new();
    private readonly Dictionary<string, Want> _wants = [];
    private readonly Dictionary<string, double> _served = [];
    private readonly List<string> _started = [];
    private TimeSpan _now;
    private int _tasks;

    public FairField(params int[] slots)
    {
        for (var index = 0; index < slots.Length; index++)
            Tell(new WorkerJoined(new WorkerSpec { Id = $"w{index}", Slots = slots[index] }));
    }

    public TaskGraph Graph => _graph;

    /// <summary>Groups of the tasks in the order of their starts.</summary>
    public IReadOnlyList<string> Started => _started;

    /// <summary>Most slots that each group has had at once.</summary>
    public Dictionary<string, int> Most { get; } = [];

    /// <summary>A group wants so many tasks at a time from now on, each of so many ranks and seconds.</summary>
    public FairField Enter(TaskGroup group, int atOnce, double seconds, int ranks = 1)
    {
        _wants[group.Name] = new Want(group.Name, ranks, TimeSpan.FromSeconds(seconds));
        _served.TryAdd(group.Name, 0);
        Tell(
            [new GroupChanged(group),
            .. Enumerable.Range(0, atOnce).Select(_ => (GraphEvent)new TasksSubmitted([Next(group.Name)]))]);
        return this;
    }

    /// <summary>The group submits nothing more.</summary>
    public void Leave(string group) => _wants.Remove(group);

    public void Tell(params GraphEvent[] events)
    {
        foreach (var instruction in _graph.Apply([.. events.Select(each => each with { At = _now })]))
        {
            if (instruction is not StartTask start)
                continue;
            var spec = _graph.SpecOf(start.Key)!;
            _started.Add(spec.Group);
            _running.Enqueue(start, _now + TimeSpan.FromSeconds(double.Parse(spec.Family)));
        }

        foreach (var group in _running.UnorderedItems.GroupBy(item => GroupOf(item.Element)))
            Most[group.Key] = Math.Max(
                Most.GetValueOrDefault(group.Key), group.Sum(item => item.Element.Ranks.Length));
    }

    /// <summary>Lets so many attempts end; what ended is replaced at once, as long as its group is there.</summary>
    public FairField Run(int ends)
    {
        for (var end = 0; end < ends && _running.TryDequeue(out var start, out var at); end++)
        {
            var spec = _graph.SpecOf(start.Key)!;
            _now = at;
            _served[spec.Group] += spec.Ranks * double.Parse(spec.Family);
            GraphEvent[] next = _wants.ContainsKey(spec.Group) ? [new TasksSubmitted([Next(spec.Group)])] : [];
            Tell([new TaskFinished(start.Key, start.Attempt) { Durable = true }, .. next]);
        }

        return this;
    }

    /// <summary>What part of all slot-seconds a group has had.</summary>
    public double PartOf(string group) => _served[group] / _served.Values.Sum();

    /// <summary>Counts anew from here.</summary>
    public void Forget()
    {
        foreach (var group in _served.Keys)
            _served[group] = 0;
        _started.Clear();
    }

    private string GroupOf(StartTask start) => _graph.SpecOf(start.Key)!.Group;

    private TaskSpec Next(string group) => new()
    {
        Key = $"{group}/{_tasks++}",
        Group = group,
        Ranks = _wants[group].Ranks,
        Family = FormattableString.Invariant($"{_wants[group].Duration.TotalSeconds}"),
        Placement = GangPlacement.Pack,
    };

    private sealed record Want(string Group, int Ranks, TimeSpan Duration);
}
