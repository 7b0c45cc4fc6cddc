namespace TuneGraph;

/// <summary>An answer that one thread waits for and another gives, once.</summary>
internal sealed class Reply<T>
{
    private readonly Lock _gate = new();
    private readonly ManualResetEventSlim _given = new();
    private T? _value;
    private Exception? _error;

    /// <summary>Waits for the answer.</summary>
    /// <exception cref="Exception">The error that was given instead of an answer.</exception>
    public T Wait()
    {
        _given.Wait();
        return _error is null ? _value! : throw _error;
    }

    public void Give(T value) => Set(value, null);

    public void Refuse(Exception error) => Set(default, error);

    private void Set(T? value, Exception? error)
    {
        lock (_gate)
        {
            if (_given.IsSet)
                return;
            (_value, _error) = (value, error);
            _given.Set();
        }
    }
}
