namespace TuneGraph.Graph;

/// <summary>
/// The last transitions of all tasks, in a ring. Each task's entries are linked backwards, so one story is read
/// without a search.
/// </summary>
/// <remarks>The ring is made of pages below 85,000 bytes: one array that doubles is copied, and calls for full
/// collections of garbage.</remarks>
internal sealed class StoryLog(int capacity)
{
    private const int PageBits = 10;
    private const int PageMask = (1 << PageBits) - 1;

    private readonly List<Entry[]> _pages = [];

    /// <summary>How many transitions there were since the start, forgotten ones included.</summary>
    public long Count { get; private set; }

    public void Add(TaskNode node, TaskState from, TaskState to, TimeSpan at, Cause cause, object? subject) =>
        Add(new Entry(node, subject, at, node.LastStory, node.Attempt, from, to, cause));

    /// <summary>Puts back a step that was read from a snapshot.</summary>
    public void Restore(TaskNode node, Transition step) =>
        Add(new Entry(node, step.Cause, step.At, node.LastStory, step.Attempt, step.From, step.To, Cause.Told));

    private void Add(in Entry entry)
    {
        if (capacity == 0)
            return;
        var at = (int)(Count % capacity);
        if (at >> PageBits == _pages.Count)
            _pages.Add(new Entry[Math.Min(capacity, PageMask + 1)]);
        _pages[at >> PageBits][at & PageMask] = entry;
        entry.Node.LastStory = Count++;
    }

    /// <summary>The remembered transitions of one task, oldest first.</summary>
    public IReadOnlyList<Transition> Of(TaskNode node)
    {
        var steps = new List<Transition>();
        for (var number = node.LastStory; number >= 0 && number >= Count - capacity;)
        {
            ref readonly var entry = ref EntryOf(number);
            steps.Add(Read(number, entry));
            number = entry.Previous;
        }
        steps.Reverse();
        return steps;
    }

    /// <summary>The remembered transitions of all tasks, oldest first.</summary>
    public IEnumerable<Transition> All()
    {
        for (var number = Math.Max(0, Count - capacity); number < Count; number++)
            yield return Read(number, EntryOf(number));
    }

    private ref readonly Entry EntryOf(long number)
    {
        var at = (int)(number % capacity);
        return ref _pages[at >> PageBits][at & PageMask];
    }

    private static Transition Read(long number, in Entry entry) => new(
        number, entry.At, entry.Node.Spec.Key, entry.From, entry.To, entry.Attempt,
        entry.Cause.Describe(entry.Subject));

    private readonly record struct Entry(
        TaskNode Node, object? Subject, TimeSpan At, long Previous, int Attempt,
        TaskState From, TaskState To, Cause Cause);
}
