namespace TuneGraph.Graph;

/// <summary>The ready tasks by shape, and the next shape to try in a pass.</summary>
internal sealed class ReadyTasks
{
    private readonly ResourceNames _names;
    private readonly FairShares _shares;
    private readonly Dictionary<(string, int, GangPlacement, ResourceVector, WorkerConstraints), Shape> _shapes = [];
    private readonly List<Shape> _listed = [];
    private readonly Shape _plain;

    public ReadyTasks(ResourceNames names, FairShares shares)
    {
        (_names, _shares) = (names, shares);
        _plain = new Shape(shares.Nameless, 1, GangPlacement.Pack, ResourceVector.None, WorkerConstraints.None, []);
    }

    /// <summary>Shapes that may have ready tasks.</summary>
    public IReadOnlyList<Shape> Listed => _listed;

    public Shape ShapeOf(TaskSpec spec)
    {
        if (spec.Ranks == 1 && spec.Resources.IsNone && spec.Constraints.IsNone && spec.Group.Length == 0)
            return _plain;
        var placement = spec.Ranks == 1 ? GangPlacement.Pack : spec.Placement;
        var key = (spec.Group, spec.Ranks, placement, spec.Resources, spec.Constraints);
        if (!_shapes.TryGetValue(key, out var shape))
        {
            var need = _names.AmountsOf(spec.Resources);
            shape = _shapes[key] = new Shape(
                _shares.Of(spec.Group), spec.Ranks, placement, spec.Resources, spec.Constraints, need);
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
            if (!shape.IsAdmitted)
                shape.OvertakenSince = null; // its own quota holds it up, and nobody else
            if (shape.Queue.Peek(null) is not null)
                continue;
            shape.IsListed = false;
            shape.OvertakenSince = null;
            _listed[index] = _listed[^1];
            _listed.RemoveAt(_listed.Count - 1);
        }
    }

    /// <summary>The best ready task of any shape that is not blocked, and whose group may have more slots.</summary>
    public TaskNode? Next()
    {
        TaskNode? best = null;
        foreach (var shape in _listed)
        {
            if (!shape.IsBlocked && shape.IsAdmitted && shape.Queue.Peek(null) is { } head
                && (best is null || IsBefore(head, best)))
                best = head;
        }
        return best;
    }

    public static bool IsBefore(TaskNode one, TaskNode other)
    {
        var turn = FairShares.Compare(one.Shape.Group, other.Shape.Group);
        return turn != 0 ? turn < 0
            : one.Spec.Priority != other.Spec.Priority ? one.Spec.Priority > other.Spec.Priority
            : one.Order < other.Order;
    }

    /// <summary>Whether a task is of higher priority, by its group's or, in one group, by its own.</summary>
    public static bool Outranks(TaskNode one, TaskNode other)
    {
        var (group, others) = (one.Shape.Group.Spec.Priority, other.Shape.Group.Spec.Priority);
        return group != others ? group > others : one.Spec.Priority > other.Spec.Priority;
    }
}
