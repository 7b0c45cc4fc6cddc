using System.Collections.Concurrent;
using TuneGraph.Graph;
using TuneGraph.Search;

namespace TuneGraph;

/// <summary>Runs attempts of a sweep's tasks with threads of this process. Used by the runner's loop only.</summary>
internal sealed class TaskThreads(
    SweepSpec spec, SweepWork work, SweepRunOptions options, Action<RunnerMessage> post)
{
    private readonly Dictionary<TaskKey, CancellationTokenSource> _running = [];
    private readonly ConcurrentDictionary<TaskKey, object> _results = [];

    private readonly SecretMask _mask = new();

    private readonly ParallelSpec _parallel = (spec.Program as ModelProgram)?.Training.Parallel ?? new ParallelSpec();

    public int Running => _running.Count;

    /// <summary>Starts an attempt. Its end is posted; what it throws is its outcome, never an exception here.</summary>
    public void Start(StartTask instruction, SweepTask task, StoredCheckpoint? start)
    {
        var (key, attempt) = (instruction.Key, instruction.Attempt);
        var cancel = new CancellationTokenSource();
        _running.Add(key, cancel);
        var isHeard = task.Trial is not null && options.KeepsPrinted;
        var output = isHeard ? new LocalOutput(key, _mask, options.Time, post) : null;
        void Ended(TaskOutcome outcome)
        {
            output?.End(outcome);
            if (outcome is TaskDone { Result: { } result })
                _results[key] = result;
            post(new TaskEnded(key, attempt, outcome));
        }

        if (task is CallFunction { Number: var trial })
            _ = Task.Run(() => CallAsync(trial, output?.Lines, Ended, cancel.Token), CancellationToken.None);
        else
            Gang.Start(
                key.Value,
                instruction.Ranks.Length,
                _parallel.AllReduce,
                _parallel.Pin && SweepRunner.ParallelOf(spec) == 1,
                group =>
                {
                    TrialConsole.Enter(output?.Lines, group.Rank);
                    return work.Execute(task, start, group, _results, cancel.Token);
                },
                Ended
            );
    }

    /// <summary>The attempt has ended and its end was handled.</summary>
    public void Forget(TaskKey key)
    {
        if (_running.Remove(key, out var cancel))
            cancel.Dispose();
    }

    public void Stop(TaskKey key)
    {
        if (_running.TryGetValue(key, out var cancel))
            cancel.Cancel();
    }

    public void StopAll()
    {
        foreach (var key in _running.Keys)
            Stop(key);
    }

    public object? ResultOf(TaskKey key) => _results.GetValueOrDefault(key);

    public void Release(TaskKey key) => _results.TryRemove(key, out _);

    private async Task CallAsync(
        int trial, TrialOutput? output, Action<TaskOutcome> ended, CancellationToken cancellationToken)
    {
        TrialConsole.Enter(output, rank: 0);
        var context = new TrialContext(
            trial,
            parameter =>
            {
                var reply = new Reply<ParameterValue>();
                post(new ParameterAsked(trial, parameter, reply));
                return reply.Wait();
            },
            (step, values) =>
            {
                var reply = new Reply<bool>();
                post(new StepFinished(trial, step, values, null, null, reply));
                return reply.Wait();
            },
            cost => post(new CostTold(trial, cost))
        );
        try
        {
            var values = await ((FunctionProgram)spec.Program)
                .Objective(context, cancellationToken)
                .ConfigureAwait(false);
            ended(new TaskDone(new FunctionResult(values, context.Constraints)));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            ended(new TaskInterrupted());
        }
        catch (Exception e)
        {
            // A failed objective is data: the trial fails with this reason, the sweep goes on.
            ended(TaskThrew.Of(e));
        }
    }
}
