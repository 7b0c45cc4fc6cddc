namespace TuneGraph.Graph;

/// <summary>
/// The life of a task: opened, ready, closed, and what each step means for the tasks around it. Long chains are
/// walked with
/// stacks of our own: a chain of a million tasks must not overflow the thread's.
/// </summary>
internal sealed class TaskFlow(GraphState state, Leases leases, Results results)
{
    private readonly Stack<(TaskNode Node, Cause Cause, object? Subject)> _needed = new();

    /// <summary>
    /// Makes a task wait for what it lacks; dependencies that were released are opened as well, as far up as
    /// needed.
    /// </summary>
    public void Open(TaskNode first, Cause cause, object? subject = null)
    {
        var stack = new Stack<(TaskNode Node, Cause Cause, object? Subject)>();
        stack.Push((first, cause, subject));
        while (stack.TryPop(out var next))
        {
            var node = next.Node;
            if (node.State is TaskState.Waiting or TaskState.Ready)
                continue; // two dependents asked for it
            state.Move(node, TaskState.Waiting, next.Cause, next.Subject);
            CountMissing(node, stack);
        }
    }

    /// <summary>Lets a new task in: like <see cref="Open"/>, but it has no state to come from.</summary>
    public void Admit(TaskNode node)
    {
        state.Counts[(int)TaskState.Waiting]++;
        foreach (var dependency in node.Dependencies)
        {
            dependency.AddDependent(node);
            dependency.OpenDependents++;
        }
        state.Note(node, Cause.Submitted);
        CountMissing(node, _needed);
        while (_needed.TryPop(out var needed))
            Open(needed.Node, needed.Cause, needed.Subject);
    }

    /// <summary>Makes a waiting task ready if nothing keeps it.</summary>
    public void TryReady(TaskNode node, Cause cause)
    {
        if (node.State == TaskState.Waiting && node.WaitingOn == 0 && node.Lease is null && !node.IsBackingOff)
            state.Move(node, TaskState.Ready, cause);
    }

    public void Succeed(TaskNode node)
    {
        state.Move(node, TaskState.Succeeded, Cause.Finished);
        state.Emit(new TaskSucceeded(node.Key));
        foreach (var dependent in node.LiveDependents)
        {
            if (dependent.State == TaskState.Waiting && --dependent.WaitingOn == 0)
                TryReady(dependent, Cause.DependenciesMet);
        }
        if (node.OpenDependents == 0)
            state.Unneeded.Push(node); // dropped, or its dependents closed meanwhile
    }

    /// <summary>A task has failed for good; so have all that wait for it.</summary>
    public void Err(TaskNode failed, Cause cause, string reason)
    {
        var stack = new Stack<(TaskNode Node, Cause Cause, string Reason)>();
        stack.Push((failed, cause, reason));
        while (stack.TryPop(out var next))
        {
            var (node, nodeCause, nodeReason) = next;
            if (!node.IsOpen)
                continue;
            node.NeedExtras().Reason = nodeReason;
            state.Move(node, TaskState.Erred, nodeCause, nodeReason);
            state.Emit(new TaskErred(node.Key, nodeReason));
            var inherited = node == failed ? $"'{failed.Key}' failed: {reason}" : nodeReason;
            foreach (var dependent in node.LiveDependents)
            {
                if (dependent.State is TaskState.Waiting or TaskState.Ready)
                    stack.Push((dependent, Cause.DependencyErred, inherited));
            }
        }
    }

    /// <summary>Cancels a task and all open tasks that depend on it.</summary>
    public void Cancel(TaskNode cancelled, string reason, bool forceful)
    {
        var stack = new Stack<TaskNode>();
        stack.Push(cancelled);
        while (stack.TryPop(out var node))
        {
            if (!node.IsOpen)
                continue;
            var isFirst = node == cancelled;
            var text = isFirst ? reason : $"'{cancelled.Key}' was cancelled: {reason}";
            node.NeedExtras().Reason = text;
            if (node.Lease is not null)
                leases.AskStop(node, text, forceful);
            state.Move(node, TaskState.Cancelled, isFirst ? Cause.Cancelled : Cause.DependencyCancelled, text);
            state.Emit(new TaskCancelled(node.Key, text));
            foreach (var dependent in node.LiveDependents)
                stack.Push(dependent);
        }
    }

    /// <summary>A result is gone, though no one released it. Opened again only if it is needed.</summary>
    public void Lose(TaskNode node, string why)
    {
        results.Clear(node);
        state.Move(node, TaskState.Released, Cause.ResultLost, why);
        foreach (var dependent in node.LiveDependents)
        {
            if (dependent.State is not (TaskState.Waiting or TaskState.Ready))
                continue;
            dependent.WaitingOn++;
            if (dependent.State == TaskState.Ready)
                state.Move(dependent, TaskState.Waiting, Cause.DependencyLost, node);
        }
    }

    /// <summary>Opens a lost result's task again if something waits for it or someone wants it.</summary>
    public void RecoverIfNeeded(TaskNode node)
    {
        if (node.State != TaskState.Released)
            return;
        foreach (var dependent in node.LiveDependents)
        {
            if (dependent.State != TaskState.Waiting)
                continue;
            Open(node, Cause.NeededBy, dependent);
            return;
        }
        if (node.IsWanted)
            Open(node, Cause.WantedAgain);
    }

    /// <summary>
    /// Releases what lost its last open dependent during this event; stops what was only computed for it.
    /// </summary>
    public void SettleUnneeded()
    {
        while (state.Unneeded.TryPop(out var node))
        {
            if (node.OpenDependents > 0 || node.IsWanted)
                continue;
            if (node.State == TaskState.Succeeded)
                results.Release(node);
            else if (node.IsOpen && node.DependentCount > 0)
                Abandon(node);
        }
    }

    private void Abandon(TaskNode node)
    {
        if (node.Lease is not null)
            leases.AskStop(node, "no one needs the result", forceful: false);
        state.Move(node, TaskState.Released, Cause.NoOneNeedsIt);
    }

    private void CountMissing(TaskNode node, Stack<(TaskNode, Cause, object?)> released)
    {
        TaskNode? broken = null;
        node.WaitingOn = 0;
        foreach (var dependency in node.Dependencies)
        {
            if (dependency.State == TaskState.Succeeded)
                continue;
            node.WaitingOn++;
            if (dependency.State == TaskState.Released)
                released.Push((dependency, Cause.NeededBy, node));
            else if (!dependency.IsOpen)
                broken = dependency;
        }
        if (broken is null)
            TryReady(node, Cause.DependenciesMet);
        else
            Inherit(node, broken);
    }

    private void Inherit(TaskNode node, TaskNode broken)
    {
        var reason = broken.Extras?.Reason ?? "";
        if (broken.State == TaskState.Erred)
            Err(node, Cause.DependencyErred, $"'{broken.Key}' failed: {reason}");
        else
            Cancel(node, $"'{broken.Key}' was cancelled: {reason}", forceful: false);
    }
}
