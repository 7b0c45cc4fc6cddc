namespace TuneGraph.Graph;

/// <summary>The ready tasks by shape, and the next shape to try in a pass.</summary>
internal sealed class ReadyTasks
{
    private readonly ResourceNames _names;
    private readonly Dictionary<(int, GangPlacement, ResourceVector, WorkerConstraints), Shape> _shapes = [];
    private readonly List<Shape> _listed = [];
    private readonly Shape _plain;

    public ReadyTasks(ResourceNames names)
    {
        _names = names;
        _plain = new Shape(1, GangPlacement.Pack, ResourceVector.None, WorkerConstraints.None, []);
    }

    /// <summary>Shapes that may have ready tasks.</summary>
    public IReadOnlyList<Shape> Listed => _listed;

    public Shape ShapeOf(TaskSpec spec)
    {
        if (spec.Ranks == 1 && spec.Resources.IsNone && spec.Constraints.IsNone)
            return _plain;
        var placement = spec.Ranks == 1 ? GangPlacement.Pack : spec.Placement;
        var key = (spec.Ranks, placement, spec.Resources, spec.Constraints);
        if (!_shapes.TryGetValue(key, out var shape))
        {
            var need = _names.AmountsOf(spec.Resources);
            shape = _shapes[key] = new Shape(spec.Ranks, placement, spec.Resources, spec.Constraints, need);
        }
        return shape;
    }

    public void Add(TaskNode node)
    {
        var shape = node.Shape;
        shape.Queue.Add(node);
        if (shape.IsListed)
            return;
        shape.IsListed = true;
        _listed.Add(shape);
    }

    /// <summary>Starts a pass: every shape may be tried again, and those without tasks leave the list.</summary>
    public void BeginPass()
    {
        for (var index = _listed.Count - 1; index >= 0; index--)
        {
            var shape = _listed[index];
            shape.IsBlocked = false;
            if (shape.Queue.Peek(null) is not null)
                continue;
            shape.IsListed = false;
            shape.OvertakenSince = null;
            _listed[index] = _listed[^1];
            _listed.RemoveAt(_listed.Count - 1);
        }
    }

    /// <summary>The best ready task of any shape that is not blocked.</summary>
    public TaskNode? Next()
    {
        TaskNode? best = null;
        foreach (var shape in _listed)
        {
            if (!shape.IsBlocked && shape.Queue.Peek(null) is { } head && (best is null || IsBefore(head, best)))
                best = head;
        }
        return best;
    }

    public static bool IsBefore(TaskNode one, TaskNode other) => one.Spec.Priority != other.Spec.Priority
        ? one.Spec.Priority > other.Spec.Priority
        : one.Order < other.Order;
}
