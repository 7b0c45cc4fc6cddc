namespace TuneGraph;

/// <summary>An answer that one thread waits for and another gives, once.</summary>
internal sealed class Reply<T>
{
    private readonly object _gate = new();
    private bool _isGiven;
    private T? _value;
    private Exception? _error;

    /// <summary>Waits for the answer.</summary>
    /// <exception cref="Exception">The error that was given instead of an answer.</exception>
    public T Wait()
    {
        lock (_gate)
        {
            while (!_isGiven)
                Monitor.Wait(_gate);
        }

        return _error is null ? _value! : throw _error;
    }

    public void Give(T value) => Set(value, null);

    public void Refuse(Exception error) => Set(default, error);

    private void Set(T? value, Exception? error)
    {
        lock (_gate)
        {
            if (_isGiven)
                return;
            (_value, _error, _isGiven) = (value, error, true);
            Monitor.PulseAll(_gate);
        }
    }
}
