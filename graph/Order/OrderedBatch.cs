namespace TuneGraph.Graph;

/// <summary>
/// The order in which the tasks of one submission should run on one worker, with the goal of <c>dask.order</c>:
/// finish what
/// frees memory first. Linear in tasks and dependencies, but for sorting each task's own dependencies.
/// </summary>
/// <remarks>
/// Depth first from the final tasks down. Among a task's dependencies the one whose subtree holds the most results at
/// once goes first (Sethi and Ullman 1970, "The generation of optimal code for arithmetic expressions", exact for
/// trees). A task that becomes runnable on the way and frees a result, or is final, is taken at once.
/// </remarks>
internal sealed class OrderedBatch
{
    private readonly List<TaskNode> _nodes;
    private readonly Adjacency _dependencies;
    private readonly Adjacency _dependents;
    private readonly int[] _unnumberedDependencies;
    private readonly int[] _unnumberedDependents;
    private int _next;

    /// <summary>Orders a batch. Each node's <see cref="TaskNode.Order"/> must be its index in the batch.</summary>
    public OrderedBatch(List<TaskNode> nodes)
    {
        _nodes = nodes;
        Position = new int[nodes.Count];
        _dependencies = Adjacency.OfDependencies(nodes);
        _dependents = _dependencies.Reversed();
        _unnumberedDependencies = _dependencies.Degrees();
        _unnumberedDependents = _dependents.Degrees();
        var topological = TopologicalOrder();
        if (topological.Length < nodes.Count)
        {
            Cycle = FindCycle(topological);
            return;
        }
        SortByNeed(topological);
        Array.Fill(Position, -1);
        for (var index = 0; index < nodes.Count; index++)
        {
            if (_dependents.Of(index).IsEmpty)
                Number(index);
        }
    }

    /// <summary>For each task of the batch, when it should run, from 0.</summary>
    public int[] Position { get; }

    /// <summary>
    /// A cycle, its first task repeated at the end; null if there is none, else <see cref="Position"/> means
    /// nothing.
    /// </summary>
    public List<TaskNode>? Cycle { get; }

    private int[] TopologicalOrder()
    {
        var missing = _dependencies.Degrees();
        var order = new int[_nodes.Count];
        var count = 0;
        for (var index = 0; index < missing.Length; index++)
        {
            if (missing[index] == 0)
                order[count++] = index;
        }
        for (var done = 0; done < count; done++)
        {
            foreach (var dependent in _dependents.Of(order[done]))
            {
                if (--missing[dependent] == 0)
                    order[count++] = dependent;
            }
        }
        return order[..count];
    }

    private List<TaskNode> FindCycle(int[] sorted)
    {
        var isSorted = new bool[_nodes.Count];
        foreach (var index in sorted)
            isSorted[index] = true;
        var path = new List<int>();
        var at = Array.IndexOf(isSorted, false);
        var seenAt = new Dictionary<int, int>();
        while (seenAt.TryAdd(at, path.Count))
        {
            path.Add(at);
            foreach (var dependency in _dependencies.Of(at))
            {
                if (isSorted[dependency])
                    continue;
                at = dependency;
                break;
            }
        }
        return [.. path[seenAt[at]..].Append(at).Select(index => _nodes[index])];
    }

    /// <summary>
    /// Puts the dependencies of each task in the order in which to compute them: those that hold most, first.
    /// </summary>
    private void SortByNeed(int[] topological)
    {
        var need = new int[_nodes.Count]; // results held at once while computing the task and all below it
        var keys = new int[_dependencies.MaxDegree];
        foreach (var index in topological)
        {
            var below = _dependencies.Of(index);
            if (below.Length > 1)
            {
                for (var i = 0; i < below.Length; i++)
                    keys[i] = -need[below[i]];
                keys.AsSpan(0, below.Length).Sort(below); // equal keys: any order, but always the same one
            }
            var most = 1;
            for (var i = 0; i < below.Length; i++)
                most = Math.Max(most, need[below[i]] + i);
            need[index] = most;
        }
    }

    private void Number(int goal)
    {
        var stack = new Stack<int>();
        stack.Push(goal);
        while (stack.TryPeek(out var index))
        {
            if (Position[index] >= 0)
            {
                stack.Pop();
                continue;
            }
            if (_unnumberedDependencies[index] > 0)
            {
                PushMissing(index, stack);
                continue;
            }
            stack.Pop();
            Position[index] = _next++;
            foreach (var dependency in _dependencies.Of(index))
                _unnumberedDependents[dependency]--;
            var above = _dependents.Of(index);
            for (var i = above.Length - 1; i >= 0; i--)
            {
                if (--_unnumberedDependencies[above[i]] == 0 && IsGain(above[i]))
                    stack.Push(above[i]);
            }
        }
    }

    private void PushMissing(int index, Stack<int> stack)
    {
        var below = _dependencies.Of(index);
        for (var i = below.Length - 1; i >= 0; i--)
        {
            if (Position[below[i]] < 0)
                stack.Push(below[i]);
        }
    }

    private bool IsGain(int index)
    {
        if (_dependents.Of(index).IsEmpty)
            return true;
        foreach (var dependency in _dependencies.Of(index))
        {
            if (_unnumberedDependents[dependency] == 1)
                return true;
        }
        return false;
    }
}
