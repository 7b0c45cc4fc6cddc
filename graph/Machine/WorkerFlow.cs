using System.Collections.Immutable;

namespace TuneGraph.Graph;

/// <summary>Workers come, go, and run short of memory.</summary>
internal sealed class WorkerFlow(GraphState state, TaskFlow flow, AttemptFlow attempts, Results results)
{
    public void Join(WorkerSpec spec)
    {
        if (string.IsNullOrEmpty(spec.Id.Value))
            throw state.Refuse("A worker joined with an empty name. Give every worker a name of its own.");
        Lose(spec.Id, "it started anew");
        var worker = new WorkerNode(
            spec, state.NextWorkerNumber++, state.Names.AmountsOf(spec.Resources), state.Options.WorkerSaturation);
        state.Workers.Add(spec.Id.Value, worker);
        state.WorkersInOrder.Add(worker);
        state.Idle.Update(worker);
    }

    public void Lose(WorkerId id, string reason)
    {
        if (state.Find(id) is not { } worker)
            return;
        worker.IsGone = true;
        state.Workers.Remove(id.Value);
        state.WorkersInOrder.Remove(worker);
        state.Idle.Update(worker);
        var lost = LoseResults(worker, reason);
        LoseLeases(worker, reason);
        state.SendHomeless(worker);
        foreach (var node in lost)
            flow.RecoverIfNeeded(node);
    }

    public void Retire(WorkerId id)
    {
        if (state.Find(id) is not { } worker)
            return;
        worker.IsRetiring = true;
        state.Idle.Update(worker);
        state.SendHomeless(worker);
    }

    public void MemoryReported(WorkerMemoryReported report)
    {
        if (state.Find(report.Worker) is not { } worker || worker.Spec.MemoryLimitBytes == 0)
            return;
        var limit = worker.Spec.MemoryLimitBytes;
        var spillAbove = (long)(limit * state.Options.SpillFraction);
        var isTight = report.UsedBytes > limit * state.Options.PauseFraction;
        if (isTight && !worker.IsPaused)
            SetPaused(worker, true);
        else if (worker.IsPaused && report.UsedBytes <= spillAbove)
            SetPaused(worker, false);
        if (report.UsedBytes > spillAbove && ToSpill(worker, report.UsedBytes - spillAbove) is { IsEmpty: false } keys)
            state.Emit(new SpillResults(worker.Spec.Id, keys));
    }

    public void ResultLost(ResultLost lost)
    {
        if (state.Find(lost.Key) is not { State: TaskState.Succeeded } node)
            return;
        var wasDurable = node.IsDurable;
        node.IsDurable = false;
        var isGone = state.Find(lost.Worker) is { } worker ? results.Drop(node, worker) : node.Holder is null;
        if (!isGone)
        {
            node.IsDurable = wasDurable && node.Holder is null;
            return;
        }
        flow.Lose(node, $"reported by {lost.Worker}");
        flow.RecoverIfNeeded(node);
    }

    public void ResultCopied(ResultCopied copied)
    {
        if (state.Find(copied.Key) is not { State: TaskState.Succeeded } node || state.Find(copied.Worker) is not { } worker)
            return;
        results.AddCopy(node, worker);
        if (copied.Duration <= TimeSpan.Zero || node.Bytes < 64 * 1024)
            return; // too small to tell bandwidth from latency
        var measured = node.Bytes / copied.Duration.TotalSeconds;
        state.Bandwidth += 0.1 * (measured - state.Bandwidth);
    }

    private void SetPaused(WorkerNode worker, bool isPaused)
    {
        worker.IsPaused = isPaused;
        state.Idle.Update(worker);
        state.Emit(isPaused ? new PauseWorker(worker.Spec.Id) : new ResumeWorker(worker.Spec.Id));
        if (isPaused)
            state.SendHomeless(worker);
    }

    /// <summary>Results to write to disk until enough bytes are free: those whose next reader comes last in graph order, first.</summary>
    private static ImmutableArray<TaskKey> ToSpill(WorkerNode worker, long bytes)
    {
        var keys = ImmutableArray.CreateBuilder<TaskKey>();
        var inMemory = worker.Held.Where(node => node.Bytes > 0 && !node.IsSpilled);
        foreach (var node in inMemory.OrderByDescending(NextReader).ThenBy(node => node.Order))
        {
            if (bytes <= 0)
                break;
            node.IsSpilled = true;
            keys.Add(node.Key);
            bytes -= node.Bytes;
        }
        return keys.ToImmutable();
    }

    private static long NextReader(TaskNode node)
    {
        var next = long.MaxValue;
        foreach (var dependent in node.LiveDependents)
        {
            if (dependent.IsOpen)
                next = Math.Min(next, dependent.Order);
        }
        return next;
    }

    private List<TaskNode> LoseResults(WorkerNode worker, string reason)
    {
        var lost = new List<TaskNode>();
        foreach (var node in worker.Held.Concat(worker.Copies).OrderBy(node => node.Order).ToList())
        {
            if (!results.Drop(node, worker))
                continue;
            flow.Lose(node, $"worker {worker} is lost ({reason})");
            lost.Add(node);
        }
        return lost;
    }

    private void LoseLeases(WorkerNode worker, string reason)
    {
        var others = worker.Leases.Count - 1;
        var company = others == 0 ? "alone" : $"beside {others} other{(others == 1 ? "" : "s")}";
        foreach (var node in worker.Leases.OrderBy(node => node.Order).ToList())
            attempts.LoseWorker(node, worker, $"{worker} at {state.Now:c}, attempt {node.Attempt}, {company} ({reason})");
    }
}
