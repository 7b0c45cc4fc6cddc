using System.Globalization;

namespace TuneGraph.Worker;

/// <summary>
/// Processes that have nothing to do wait here for the next order: a start costs more than a short trial.
/// </summary>
/// <param name="worker">Name of the worker.</param>
/// <param name="mask">Takes secrets out of what they print.</param>
internal sealed class RankChildren(string worker, SecretMask mask) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Stack<RankChild> _idle = [];
    private readonly Dictionary<int, RankChild> _all = [];

    /// <summary>Has one ready for the first order, which rehearses meanwhile.</summary>
    public void Prepare()
    {
        lock (_lock)
        {
            var child = StartNeedsLock();
            child.Say(new RankCommand(Rehearse: true));
            _idle.Push(child);
        }
    }

    public RankChild Take()
    {
        lock (_lock)
        {
            while (_idle.TryPop(out var idle))
            {
                if (!idle.HasExited)
                    return idle;
                idle.Dispose();
            }

            return StartNeedsLock();
        }
    }

    public void Return(RankChild child)
    {
        lock (_lock)
            _idle.Push(child);
    }

    private RankChild StartNeedsLock()
    {
        // Names are used again, so that there are no more of them than processes at once.
        var number = Enumerable.Range(0, int.MaxValue)
            .First(free => !_all.TryGetValue(free, out var known) || known.HasExited);
        return _all[number] = new RankChild(
            string.Create(CultureInfo.InvariantCulture, $"{worker}-{number}"), mask);
    }

    public void Dispose()
    {
        lock (_lock)
        {
            foreach (var child in _all.Values)
                child.Dispose();
        }
    }
}
