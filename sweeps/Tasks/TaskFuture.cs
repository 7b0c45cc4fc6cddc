using System.Runtime.CompilerServices;

namespace TuneGraph;

/// <summary>
/// A task's result, there already or to come. Await it, or pass it to other tasks. While it lives, the result is kept;
/// disposing of it (or losing it to the garbage collector) lets go of the result once no task needs it.
/// </summary>
/// <typeparam name="T">Type of the result.</typeparam>
public sealed class TaskFuture<T> : TaskHandle, IDisposable
{
    private bool _isDisposed;

    internal TaskFuture(TaskRunner runner, ResultCell<T> cell)
        : base(runner) =>
        Cell = cell;

    /// <summary>Lets go of the result.</summary>
    ~TaskFuture() => Runner.DropLater(Cell);

    /// <summary>
    /// The result of a task that has succeeded: for bodies of tasks that come after it, and for named methods.
    /// </summary>
    /// <exception cref="TuneGraphException">The task is open.</exception>
    /// <exception cref="TaskFailedException">The task failed.</exception>
    /// <exception cref="TaskCancelledException">The task was cancelled.</exception>
    public T Value
    {
        get
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (!Cell.IsClosed)
            {
                throw new TuneGraphException(
                    $"Task '{Key}' has no result yet. Await it, or name it among those that your task comes after.");
            }
            return Cell.Failure is { } failure ? throw failure : Cell.Value;
        }
    }

    internal ResultCell<T> Cell { get; }

    internal override TaskCell AnyCell => Cell;

    /// <summary>Waits for the result.</summary>
    /// <param name="cancellationToken">Ends the wait, not the task.</param>
    /// <exception cref="TaskFailedException">The task failed.</exception>
    /// <exception cref="TaskCancelledException">The task was cancelled.</exception>
    public async Task<T> GetAsync(CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        await Cell.Closed.WaitAsync(cancellationToken).ConfigureAwait(false);
        var value = Value;
        GC.KeepAlive(this);
        return value;
    }

    /// <summary>Lets the future be awaited.</summary>
    public TaskAwaiter<T> GetAwaiter() => GetAsync().GetAwaiter();

    /// <summary>Lets go of the result. The task itself goes on if others depend on it.</summary>
    public void Dispose()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        GC.SuppressFinalize(this);
        Runner.Drop([Cell]);
    }
}
