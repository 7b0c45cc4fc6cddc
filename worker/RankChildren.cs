namespace TuneGraph.Worker;

/// <summary>
/// Processes that have nothing to do wait here for the next order: a start costs more than a short trial.
/// </summary>
internal sealed class RankChildren : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Stack<RankChild> _idle = [];
    private readonly HashSet<RankChild> _all = [];

    public RankChild Take()
    {
        lock (_lock)
        {
            while (_idle.TryPop(out var idle))
            {
                if (!idle.HasExited)
                    return idle;
                _all.Remove(idle);
                idle.Dispose();
            }

            var child = new RankChild();
            _all.Add(child);
            return child;
        }
    }

    public void Return(RankChild child)
    {
        lock (_lock)
            _idle.Push(child);
    }

    public void Dispose()
    {
        lock (_lock)
        {
            foreach (var child in _all)
                child.Dispose();
        }
    }
}
