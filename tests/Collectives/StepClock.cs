using System.Collections.Concurrent;

namespace TuneGraph.Tests.Collectives;

/// <summary>
/// A clock that goes on by one second whenever every waiting rank has looked at it once more, so that waiting for a
/// minute takes no minute and yet gives every rank sixty chances to hear of the others.
/// </summary>
internal sealed class StepClock(params string[] waitingThreads) : TimeProvider
{
    private readonly ConcurrentDictionary<string, long> _looks = new();
    private long _seconds;

    public override long TimestampFrequency => 1;

    public override long GetTimestamp()
    {
        var thread = Thread.CurrentThread.Name ?? "";
        var now = Volatile.Read(ref _seconds);
        _looks[thread] = now;
        if (waitingThreads.All(name => _looks.TryGetValue(name, out var seen) && seen == now))
            Interlocked.CompareExchange(ref _seconds, now + 1, now);
        return now;
    }
}
