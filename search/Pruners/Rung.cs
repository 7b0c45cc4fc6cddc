namespace TuneGraph.Search;

/// <summary>A trial's arrival at a rung; the better one comes first, of equal ones the older.</summary>
internal readonly record struct RungEntry(double Loss, int Trial) : IComparable<RungEntry>
{
    public int CompareTo(RungEntry other) =>
        Loss.CompareTo(other.Loss) is var order and not 0 ? order : Trial.CompareTo(other.Trial);
}

/// <summary>All trials that have arrived at one rung, and those of them that are paused there.</summary>
internal sealed class Rung(int step)
{
    private readonly List<RungEntry> _entries = [];
    private readonly SortedSet<RungEntry> _paused = [];

    public int Step { get; } = step;

    public int Count => _entries.Count;

    public RungEntry? BestPaused => _paused.Count == 0 ? null : _paused.Min;

    public void Add(RungEntry entry) => _entries.Insert(~_entries.BinarySearch(entry), entry);

    public void Pause(RungEntry entry) => _paused.Add(entry);

    public void Resume(RungEntry entry) => _paused.Remove(entry);

    /// <summary>The trials with the best entries, the best first.</summary>
    public int[] Best(int count) => [.. _entries.Take(count).Select(entry => entry.Trial)];

    /// <summary>How many are better; 0 for the best.</summary>
    public int RankOf(RungEntry entry) => _entries.BinarySearch(entry);

    /// <summary>
    /// The q-quantile of the losses without this entry, linearly interpolated; there is at least one other.
    /// </summary>
    public double QuantileWithout(RungEntry entry, double q)
    {
        var rank = RankOf(entry);
        var position = q * (Count - 2);
        var below = (int)position;
        var low = Other(below);
        return below + 1 > Count - 2 ? low : low + ((position - below) * (Other(below + 1) - low));

        double Other(int k) => _entries[k < rank ? k : k + 1].Loss;
    }
}
