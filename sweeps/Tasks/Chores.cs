namespace TuneGraph;

/// <summary>
/// Work that must not be done while a graph is held: disk, forgetting, telling others. Done on the thread pool, one
/// round at a time, as often as asked but not more.
/// </summary>
internal sealed class Chores(Action round)
{
    private readonly Lock _running = new();
    private int _asked;
    private bool _isStopped;

    /// <summary>Asks for a round after now.</summary>
    public void Ask()
    {
        if (Interlocked.Exchange(ref _asked, 1) == 0)
            ThreadPool.UnsafeQueueUserWorkItem(chores => chores.Run(), this, preferLocal: false);
    }

    /// <summary>Waits for the round that runs; there is none after it.</summary>
    public void Stop()
    {
        lock (_running)
            _isStopped = true;
    }

    private void Run()
    {
        lock (_running)
        {
            Volatile.Write(ref _asked, 0);
            if (!_isStopped)
                round();
        }
    }
}
