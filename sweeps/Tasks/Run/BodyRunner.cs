using System.Diagnostics;
using TuneGraph.Graph;

namespace TuneGraph;

/// <summary>Runs the bodies of tasks, and makes of their ends what the graph hears.</summary>
/// <param name="execute">Does a task and tells the bytes of its result.</param>
/// <param name="time">The clock of time limits.</param>
/// <param name="later">Hears of ends that came after the body had given back its thread.</param>
internal sealed class BodyRunner(
    Func<TaskKey, CancellationToken, ValueTask<long>> execute, TimeProvider time, Action<AttemptEnd> later)
{
    /// <summary>Runs what a lane has at hand, until the graph should hear of it.</summary>
    public void RunAll(Lane lane)
    {
        while (lane.TryNext(out var attempt))
        {
            if (attempt.Limit > TimeSpan.Zero)
                lane.Cancel = new CancellationTokenSource(attempt.Limit, time);
            if (attempt.TryBegin(lane.Cancel))
                Run(lane, attempt);
            if (lane.IsDue)
                break;
        }
    }

    private void Run(Lane lane, Attempt attempt)
    {
        var cancel = lane.Cancel;
        try
        {
            var work = execute(attempt.Key, cancel.Token);
            if (!work.IsCompleted)
            {
                lane.Cancel = new CancellationTokenSource();
                _ = EndLaterAsync(work, attempt, cancel, lane.Mark);
                lane.Clock();
                return;
            }
            lane.Ended(Finished(attempt, work.GetAwaiter().GetResult(), lane.Clock()));
        }
        catch (Exception e)
        {
            lane.Clock();
            lane.Ended(Failed(attempt, e, cancel)); // what a body throws is its task's outcome
        }
        attempt.End();
        if (attempt.Limit > TimeSpan.Zero || !cancel.TryReset())
        {
            cancel.Dispose();
            lane.Cancel = new CancellationTokenSource();
        }
    }

    /// <summary>The rest of a body that waits: it has no thread of ours any more.</summary>
    private async Task EndLaterAsync(
        ValueTask<long> work, Attempt attempt, CancellationTokenSource cancel, long began)
    {
        AttemptEnd end;
        try
        {
            var bytes = await work.ConfigureAwait(false);
            end = Finished(attempt, bytes, Stopwatch.GetElapsedTime(began));
        }
        catch (Exception e)
        {
            end = Failed(attempt, e, cancel);
        }
        attempt.End();
        cancel.Dispose();
        later(end);
    }

    private static AttemptEnd Finished(Attempt attempt, long bytes, TimeSpan ran) =>
        new(attempt, new TaskFinished(attempt.Key, attempt.Number, bytes, ran));

    private static AttemptEnd Failed(Attempt attempt, Exception failure, CancellationTokenSource cancel) => new(
        attempt,
        (cancel.IsCancellationRequested, attempt.IsStopAsked, failure) switch
        {
            (true, true, OperationCanceledException) => new TaskStopped(attempt.Key, attempt.Number),
            (true, false, OperationCanceledException) => new TaskFailed(
                attempt.Key, attempt.Number, $"ran longer than its limit of {attempt.Limit:c}"),
            _ => new TaskFailed(attempt.Key, attempt.Number, failure.Message),
        });
}
