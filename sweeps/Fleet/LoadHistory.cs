namespace TuneGraph;

/// <summary>
/// What a machine was doing in the last hour, in a ring of fixed size: a mean each ten seconds. Not thread-safe.
/// </summary>
internal sealed class LoadHistory
{
    /// <summary>So many periods are kept.</summary>
    public const int Length = 360;

    /// <summary>How long a period is.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(10);

    private readonly MachineLoad?[] _ring = new MachineLoad?[Length];
    private long _newest = -1;
    private int _told;

    /// <summary>Adds what a machine was doing; several times within a period count as their mean.</summary>
    /// <param name="load">The load.</param>
    /// <param name="now">How much time has passed since some beginning; it never goes back.</param>
    public void Add(MachineLoad load, TimeSpan now)
    {
        var period = now.Ticks / Period.Ticks;
        Forget(period);
        ref var kept = ref _ring[period % Length];
        kept = kept is null ? load : Mean(kept, load, ++_told);
    }

    /// <summary>The last hour until now, the oldest period first; null where nothing was told.</summary>
    public IReadOnlyList<MachineLoad?> Read(TimeSpan now)
    {
        var last = Math.Max(_newest, now.Ticks / Period.Ticks);
        return [.. Enumerable.Range(0, Length).Select(i => At(last - Length + 1 + i))];
    }

    private MachineLoad? At(long period) =>
        period < 0 || period > _newest || period <= _newest - Length ? null : _ring[period % Length];

    private void Forget(long period)
    {
        if (period == _newest)
            return;
        for (var gone = Math.Max(_newest + 1, period - Length + 1); gone <= period; gone++)
            _ring[gone % Length] = null;
        (_newest, _told) = (period, 1);
    }

    private static MachineLoad Mean(MachineLoad kept, MachineLoad load, int count)
    {
        return load with
        {
            Processor = Share(kept.Processor, load.Processor)!.Value,
            ReceivedPerSecond = Share(kept.ReceivedPerSecond, load.ReceivedPerSecond),
            SentPerSecond = Share(kept.SentPerSecond, load.SentPerSecond),
            Gpu = Share(kept.Gpu, load.Gpu),
        };

        double? Share(double? before, double? now) =>
            before is { } b && now is { } n ? b + ((n - b) / count) : now ?? before;
    }
}
