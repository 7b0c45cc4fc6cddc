namespace TuneGraph;

/// <summary>An answer that one side waits for and another gives, once.</summary>
internal sealed class Reply<T>
{
    private readonly TaskCompletionSource<T> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The answer, to be awaited.</summary>
    public Task<T> Answer => _answer.Task;

    /// <summary>Waits for the answer, on a thread that has nothing else to do.</summary>
    /// <exception cref="Exception">The error that was given instead of an answer.</exception>
    public T Wait() => _answer.Task.GetAwaiter().GetResult();

    public void Give(T value) => _answer.TrySetResult(value);

    public void Refuse(Exception error) => _answer.TrySetException(error);
}
