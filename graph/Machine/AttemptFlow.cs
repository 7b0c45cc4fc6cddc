namespace TuneGraph.Graph;

/// <summary>
/// What becomes of an attempt: its answers, its deadlines, its thefts. Answers of old attempts are noted and
/// otherwise ignored.
/// </summary>
internal sealed class AttemptFlow(GraphState state, TaskFlow flow, Leases leases, Results results)
{
    public void Started(TaskStarted started)
    {
        if (Current(started.Key, started.Attempt, "started") is { } node)
            node.Lease!.IsStarted = true;
    }

    public void Finished(TaskFinished finished)
    {
        if (Current(finished.Key, finished.Attempt, "finished") is not { } node)
            return;
        var lease = node.Lease!;
        leases.End(node);
        if (lease.IsBroken || !node.IsOpen)
        {
            state.Note(node, Cause.LateAnswer, $"attempt {lease.Attempt} finished, but is no longer wanted");
            flow.TryReady(node, Cause.AttemptEnded);
            return;
        }
        var ran = finished.Duration > TimeSpan.Zero ? finished.Duration : state.Now - lease.At;
        node.Family.Learn(ran.Ticks, finished.Bytes);
        if (node.Extras is { } extras)
        {
            extras.Kills.Clear(); // it can end well, so it was not to blame
            extras.Failures = 0;
        }
        node.Bytes = finished.Bytes;
        node.IsDurable = finished.Durable;
        if (!finished.Durable)
            results.Hold(node, lease.Ranks[0]);
        flow.Succeed(node);
    }

    public void Failed(TaskFailed failed)
    {
        if (Current(failed.Key, failed.Attempt, $"failed: {failed.Reason}") is { } node)
            EndWithout(node, failed.Reason, failed.Retriable);
    }

    public void Stopped(TaskStopped stopped)
    {
        if (Current(stopped.Key, stopped.Attempt, "stopped") is { } node)
            EndWithout(node, "stopped without being asked", isRetriable: true);
    }

    public void Returned(TaskReturned returned)
    {
        if (Current(returned.Key, returned.Attempt, $"was handed back: {returned.Reason}") is not { } node)
            return;
        leases.End(node);
        if (node.State == TaskState.Running)
            flow.Open(node, Cause.Returned, returned.Reason);
        else
            flow.TryReady(node, Cause.AttemptEnded);
    }

    public void Crashed(TaskCrashed crashed)
    {
        if (Current(crashed.Key, crashed.Attempt, $"crashed: {crashed.Reason}") is not { } node)
            return;
        var lease = node.Lease!;
        leases.End(node);
        if (node.State != TaskState.Running)
        {
            flow.TryReady(node, Cause.AttemptEnded);
            return;
        }
        var evidence = $"{lease.Ranks[0]} at {state.Now:c}, attempt {lease.Attempt} ({crashed.Reason})";
        node.NeedExtras().Kills.Add(evidence);
        AfterKill(node, Cause.Crashed, crashed.Reason);
    }

    public void StealAnswered(StealAnswered answer)
    {
        if (Current(answer.Key, answer.Attempt, "answered a theft") is not { } node || !node.Lease!.IsStealAsked)
            return;
        var victim = node.Lease.Ranks[0];
        if (answer.Granted)
        {
            leases.End(node);
            if (node.State == TaskState.Running)
                flow.Open(node, Cause.Stolen, victim);
            else
                flow.TryReady(node, Cause.AttemptEnded);
            return;
        }
        node.Lease.IsStealAsked = false;
        node.Lease.IsStarted = true;
        state.StealsAsked--;
        state.Note(node, Cause.StealRefused, victim);
    }

    /// <summary>Handles all deadlines that have come.</summary>
    public void RunDeadlines()
    {
        while (state.Deadlines.TryTake(state.Now, out var due))
        {
            var node = due.Node;
            switch (due.Kind)
            {
                case DeadlineKind.Retry:
                    node.IsBackingOff = false;
                    flow.TryReady(node, Cause.RetryDue);
                    break;
                case DeadlineKind.Timeout:
                    node.Lease!.TimeoutReason = $"ran longer than its limit of {node.Spec.Timeout:c}";
                    leases.AskStop(node, node.Lease.TimeoutReason, forceful: false);
                    break;
                case DeadlineKind.Force:
                    leases.AskStop(node, $"did not stop within {state.Options.StopGrace:c}", forceful: true);
                    break;
            }
        }
    }

    /// <summary>A worker is lost under an attempt. Part of a gang may live on, and is told to leave.</summary>
    public void LoseWorker(TaskNode node, WorkerNode lost, string evidence)
    {
        var lease = node.Lease!;
        var survivors = lease.Ranks.Where(worker => !worker.IsGone).Distinct().ToList();
        if (survivors.Count == 0)
            leases.End(node);
        if (lease.IsStarted && node.State == TaskState.Running)
            node.NeedExtras().Kills.Add(evidence);
        if (survivors.Count > 0 && !lease.IsBroken)
        {
            lease.IsBroken = true;
            lease.IsStopping = true;
            var reason = $"worker {lost} of its gang is lost";
            state.Emit(new ReleaseGang(
                node.Key, lease.Attempt, [.. survivors.Select(worker => worker.Spec.Id)], reason));
            if (state.Options.StopGrace > TimeSpan.Zero)
                state.Deadlines.Add(
                    new Deadline(DeadlineKind.Force, node, lease.Attempt, state.Now + state.Options.StopGrace));
        }
        if (node.State == TaskState.Running)
            AfterKill(node, Cause.WorkerLost, lost);
        else
            flow.TryReady(node, Cause.AttemptEnded);
    }

    private void AfterKill(TaskNode node, Cause cause, object subject)
    {
        var kills = node.Extras?.Kills;
        if (kills is null || kills.Count < state.Options.KillsToPoison)
        {
            flow.Open(node, cause, subject);
            return;
        }
        var evidence = $"{kills.Count} workers were lost while they ran it: {string.Join("; ", kills)}";
        flow.Err(node, Cause.Poison, evidence);
    }

    private void EndWithout(TaskNode node, string reason, bool isRetriable)
    {
        var lease = node.Lease!;
        leases.End(node);
        if (node.State != TaskState.Running)
        {
            flow.TryReady(node, Cause.AttemptEnded);
            return;
        }
        reason = lease.TimeoutReason ?? reason;
        var cause = lease.TimeoutReason is null ? Cause.Failed : Cause.TimedOut;
        var extras = node.NeedExtras();
        extras.Reason = reason;
        if (!isRetriable || extras.Failures >= node.Spec.MaxRetries)
        {
            flow.Err(node, cause, reason);
            return;
        }
        extras.Failures++;
        var wait = node.Spec.Backoff.After(extras.Failures);
        if (wait > TimeSpan.Zero)
        {
            node.IsBackingOff = true;
            extras.RetryAt = state.Now + wait;
            state.Deadlines.Add(new Deadline(DeadlineKind.Retry, node, node.Attempt, extras.RetryAt));
        }
        flow.Open(node, cause, reason);
    }

    /// <summary>The task, if this attempt of it is the one that holds its lease.</summary>
    private TaskNode? Current(TaskKey key, int attempt, string answer)
    {
        if (state.Find(key) is not { } node)
            return null;
        if (node.Lease?.Attempt == attempt)
            return node;
        state.Note(node, Cause.LateAnswer, $"attempt {attempt} {answer}");
        return null;
    }
}
