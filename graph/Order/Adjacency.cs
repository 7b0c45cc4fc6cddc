namespace TuneGraph.Graph;

/// <summary>
/// A graph over 0..n−1 as two flat arrays: the neighbours of i lie from <c>starts[i]</c> to <c>starts[i + 1]</c>.
/// </summary>
internal sealed class Adjacency
{
    private readonly int[] _starts;
    private readonly int[] _neighbours;

    private Adjacency(int[] starts, int[] neighbours)
    {
        _starts = starts;
        _neighbours = neighbours;
    }

    /// <summary>The most neighbours that any one has.</summary>
    public int MaxDegree
    {
        get
        {
            var most = 0;
            for (var index = 0; index + 1 < _starts.Length; index++)
                most = Math.Max(most, _starts[index + 1] - _starts[index]);
            return most;
        }
    }

    /// <summary>
    /// Dependencies within a batch; those on older tasks are left out. Each node's order must be its index.
    /// </summary>
    public static Adjacency OfDependencies(List<TaskNode> nodes)
    {
        var starts = new int[nodes.Count + 1];
        for (var index = 0; index < nodes.Count; index++)
        {
            starts[index + 1] = starts[index];
            foreach (var dependency in nodes[index].Dependencies)
                starts[index + 1] += IsOfBatch(dependency, nodes) ? 1 : 0;
        }
        var neighbours = new int[starts[^1]];
        for (var (index, next) = (0, 0); index < nodes.Count; index++)
        {
            foreach (var dependency in nodes[index].Dependencies)
            {
                if (IsOfBatch(dependency, nodes))
                    neighbours[next++] = (int)dependency.Order;
            }
        }
        return new Adjacency(starts, neighbours);
    }

    public Span<int> Of(int index) => _neighbours.AsSpan(_starts[index], _starts[index + 1] - _starts[index]);

    public int[] Degrees()
    {
        var degrees = new int[_starts.Length - 1];
        for (var index = 0; index < degrees.Length; index++)
            degrees[index] = _starts[index + 1] - _starts[index];
        return degrees;
    }

    public Adjacency Reversed()
    {
        var starts = new int[_starts.Length];
        foreach (var neighbour in _neighbours)
            starts[neighbour + 1]++;
        for (var index = 1; index < starts.Length; index++)
            starts[index] += starts[index - 1];
        var next = starts[..^1];
        var neighbours = new int[_neighbours.Length];
        for (var index = 0; index + 1 < _starts.Length; index++)
        {
            foreach (var neighbour in Of(index))
                neighbours[next[neighbour]++] = index;
        }
        return new Adjacency(starts, neighbours);
    }

    private static bool IsOfBatch(TaskNode dependency, List<TaskNode> nodes) =>
        dependency.Order < nodes.Count && nodes[(int)dependency.Order] == dependency;
}
