namespace TuneGraph.Collectives;

/// <summary>
/// A collective that was issued and may still run. Its memory belongs to the collective until it is complete.
/// Thread-safe.
/// </summary>
public sealed class CollectiveHandle
{
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal CollectiveHandle() { }

    /// <summary>Whether the collective has ended, well or not.</summary>
    public bool IsCompleted => _completion.Task.IsCompleted;

    /// <summary>Ends when the collective ends; faulted with its exception if it failed.</summary>
    public Task Completion => _completion.Task;

    /// <summary>Waits for the collective.</summary>
    /// <exception cref="CollectiveException">It failed.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled by the token that it was issued with.</exception>
    public void Wait() => _completion.Task.GetAwaiter().GetResult();

    internal void Complete(Exception? error)
    {
        if (error is null) _completion.SetResult();
        else _completion.SetException(error);
    }
}
