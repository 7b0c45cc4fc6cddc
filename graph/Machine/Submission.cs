using System.Collections.Immutable;

namespace TuneGraph.Graph;

/// <summary>Takes a batch of specs in, wholly or not at all.</summary>
internal sealed class Submission(GraphState state, TaskFlow flow)
{
    public void Apply(ImmutableArray<TaskSpec> specs)
    {
        if (specs.IsDefaultOrEmpty)
            return;
        var added = new List<TaskNode>(specs.Length);
        var known = new List<TaskNode>();
        try
        {
            state.Tasks.EnsureCapacity(state.Tasks.Count + specs.Length);
            foreach (var spec in specs)
                Register(spec, added, known);
            foreach (var node in added)
                node.Dependencies = Resolve(node, added);
            SetOrder(added);
        }
        catch (GraphException)
        {
            foreach (var node in added)
                state.Tasks.Remove(node.Key.Value);
            throw;
        }
        foreach (var node in known)
            WantAgain(node);
        foreach (var node in Sorted(added, state.NextOrder - added.Count))
            flow.Admit(node);
    }

    private void Register(TaskSpec spec, List<TaskNode> added, List<TaskNode> known)
    {
        if (string.IsNullOrEmpty(spec.Key.Value))
            throw state.Refuse("A submitted task has an empty key. Give every task a key of its own.");
        if (state.Find(spec.Key) is not { } there)
        {
            // The order holds the index in the batch, until it is sorted.
            var node = new TaskNode(spec)
            {
                Shape = state.Ready.ShapeOf(spec),
                Family = state.FamilyOf(spec),
                Attempt = state.AttemptFloor,
                Order = added.Count,
            };
            state.Tasks.Add(spec.Key.Value, node);
            added.Add(node);
            return;
        }
        if (!there.Spec.Equals(spec))
        {
            throw state.Refuse(
                $"Task '{spec.Key}' is in the graph already with a different spec ({there.Spec}), "
                + $"so {spec} is refused. "
                + "Give the new task a key of its own, or forget the old one first.", there);
        }
        known.Add(there);
    }

    private TaskNode[] Resolve(TaskNode node, List<TaskNode> added)
    {
        var keys = node.Spec.Dependencies;
        if (keys.IsDefaultOrEmpty)
            return [];
        var dependencies = new TaskNode[keys.Length];
        for (var index = 0; index < keys.Length; index++)
        {
            dependencies[index] = state.Find(keys[index]) ?? throw Missing(node, keys[index], added);
            if (Array.IndexOf(dependencies, dependencies[index], 0, Math.Min(index, 16)) >= 0)
                throw state.Refuse($"Task '{node.Key}' names its dependency '{keys[index]}' twice. Name each once.");
        }
        if (keys.Length > 16 && dependencies.Distinct().Count() != dependencies.Length)
            throw state.Refuse($"Task '{node.Key}' names a dependency twice. Name each once.");
        return dependencies;
    }

    private GraphException Missing(TaskNode node, TaskKey missing, List<TaskNode> added)
    {
        var path = new List<TaskKey> { missing };
        for (var at = node; at is not null && path.Count < 20 && !path.Contains(at.Key);)
        {
            path.Add(at.Key);
            var key = at.Key;
            at = added.Find(other => other.Spec.Dependencies.Contains(key));
        }
        path.Reverse();
        return state.Refuse(
            $"Task '{node.Key}' depends on '{missing}', which is neither in the graph nor in this submission "
            + $"(path: {string.Join(" -> ", path)}). Submit it before or together with the tasks that need it.");
    }

    private void SetOrder(List<TaskNode> added)
    {
        var batch = new OrderedBatch(added);
        if (batch.Cycle is { } cycle)
        {
            throw state.Refuse(
                $"The submission has a cycle: {string.Join(" -> ", cycle.Select(node => node.Key))}. "
                + "A task can't depend on its own result; break the cycle.");
        }
        for (var index = 0; index < added.Count; index++)
            added[index].Order = state.NextOrder + batch.Position[index];
        state.NextOrder += added.Count;
    }

    private static TaskNode[] Sorted(List<TaskNode> nodes, long first)
    {
        var sorted = new TaskNode[nodes.Count];
        foreach (var node in nodes)
            sorted[node.Order - first] = node;
        return sorted;
    }

    private void WantAgain(TaskNode node)
    {
        node.IsDropped = false;
        if (node.State == TaskState.Cancelled || (node.State == TaskState.Released && node.IsWanted))
            flow.Open(node, Cause.WantedAgain);
    }
}
