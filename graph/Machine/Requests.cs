using System.Collections.Immutable;

namespace TuneGraph.Graph;

/// <summary>What people ask of the graph, besides submissions.</summary>
internal sealed class Requests(GraphState state, TaskFlow flow)
{
    public void Cancel(ImmutableArray<TaskKey> keys, string reason)
    {
        foreach (var node in Find(keys))
        {
            flow.Cancel(node, reason, forceful: false);
            PushDependencies(node);
        }
    }

    /// <summary>Opens failed tasks again: first those above that failed too, then those below that failed because of them.</summary>
    public void Retry(ImmutableArray<TaskKey> keys)
    {
        var broken = new HashSet<TaskNode>();
        var stack = new Stack<TaskNode>(Find(keys).Where(IsBroken));
        while (stack.TryPop(out var node))
        {
            if (!broken.Add(node))
                continue;
            foreach (var dependency in node.Dependencies.Where(IsBroken))
                stack.Push(dependency);
        }
        var next = new Queue<TaskNode>(broken.OrderBy(node => node.Order));
        while (next.TryDequeue(out var node))
        {
            if (!IsBroken(node) || node.Dependencies.Any(IsBroken))
                continue;
            if (node.Extras is { } extras)
            {
                extras.Failures = 0;
                extras.Reason = null;
                extras.Kills.Clear();
            }
            flow.Open(node, Cause.Retried);
            foreach (var dependent in node.LiveDependents)
                next.Enqueue(dependent);
        }
    }

    public void Drop(ImmutableArray<TaskKey> keys)
    {
        foreach (var node in Find(keys))
        {
            node.IsDropped = true;
            if (node.OpenDependents == 0)
                state.Unneeded.Push(node);
        }
    }

    public void Forget(ImmutableArray<TaskKey> keys)
    {
        // Dependents were submitted later or lie later in the order: they go first.
        foreach (var node in Find(keys).Distinct().OrderByDescending(node => node.Order).ToList())
        {
            if (node.IsOpen || node.Lease is not null || node.DependentCount > 0)
                continue;
            if (node.State == TaskState.Succeeded)
            {
                node.IsDropped = true;
                state.Unneeded.Push(node);
                flow.SettleUnneeded();
            }
            foreach (var dependency in node.Dependencies)
            {
                // A task that no one depends on is wanted by default; one whose dependents are forgotten is not.
                dependency.IsDropped |= dependency.DependentCount == 1 && !dependency.Spec.KeepResult;
                dependency.RemoveDependent(node);
            }
            state.Tasks.Remove(node.Key.Value);
            state.AttemptFloor = Math.Max(state.AttemptFloor, node.Attempt);
            node.Attempt = -1; // whatever is due for it means nothing any more
            state.Counts[(int)node.State]--;
        }
    }

    public void Stop(bool isForceful)
    {
        state.IsStopping = true;
        if (!isForceful)
            return;
        foreach (var node in state.Tasks.Values.OrderBy(node => node.Order))
        {
            if (node.IsOpen)
                flow.Cancel(node, "the graph was stopped by force", forceful: true);
            else if (node.Lease is { IsStopping: true })
                state.Emit(new StopTask(node.Key, node.Lease.Attempt, true, "the graph was stopped by force"));
        }
    }

    private static bool IsBroken(TaskNode node) => node.State is TaskState.Erred or TaskState.Cancelled;

    private void PushDependencies(TaskNode node)
    {
        foreach (var dependency in node.Dependencies)
        {
            if (dependency.OpenDependents == 0)
                state.Unneeded.Push(dependency);
        }
    }

    private IEnumerable<TaskNode> Find(ImmutableArray<TaskKey> keys)
    {
        foreach (var key in keys)
        {
            if (state.Find(key) is { } node)
                yield return node;
        }
    }
}
