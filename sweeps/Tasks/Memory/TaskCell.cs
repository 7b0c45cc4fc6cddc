using TuneGraph.Graph;

namespace TuneGraph;

/// <summary>What a runner keeps of a task: its body until it has succeeded, its result until it is released.</summary>
internal abstract class TaskCell(TaskKey key, TaskCell[] dependencies)
{
    private static readonly object _ended = new();
    private object? _signal; // nothing, then perhaps a TaskCompletionSource because someone waits, at last _ended

    public TaskKey Key => key;

    public TaskCell[] Dependencies => dependencies;

    /// <summary>Tasks that the runner still knows and that depend on this one.</summary>
    public int Dependents { get; set; }

    /// <summary>No future of it is left.</summary>
    public bool IsDropped { get; set; }

    /// <summary>What the body threw last.</summary>
    public Exception? Thrown { get; protected set; }

    /// <summary>How the task ended, if not well.</summary>
    public Exception? Failure { get; private set; }

    public bool IsClosed => ReferenceEquals(Volatile.Read(ref _signal), _ended);

    /// <summary>Completes when the task has succeeded, failed or been cancelled.</summary>
    public Task Closed
    {
        get
        {
            if (IsClosed)
                return Task.CompletedTask;
            var fresh = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var there = Interlocked.CompareExchange(ref _signal, fresh, null) ?? fresh;
            return there is TaskCompletionSource waiting ? waiting.Task : Task.CompletedTask;
        }
    }

    /// <summary>The result, whatever its type.</summary>
    public abstract object? AnyValue { get; }

    /// <summary>Runs the body and tells the bytes of its result.</summary>
    public abstract ValueTask<long> ExecuteAsync(CancellationToken cancellationToken);

    /// <summary>Moves the result to a file. False if it can't be, or is there already.</summary>
    public abstract bool Spill(string path);

    public abstract void Release();

    public void Close(Exception? failure)
    {
        Failure = failure;
        if (Interlocked.Exchange(ref _signal, _ended) is TaskCompletionSource waiting)
            waiting.TrySetResult();
    }
}
