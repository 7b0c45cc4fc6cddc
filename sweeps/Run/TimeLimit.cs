namespace TuneGraph;

/// <summary>Says when a run has lasted as long as it may, however often that is changed on the way.</summary>
/// <param name="time">The clock; the run begins now.</param>
/// <param name="over">Told the limit that was reached.</param>
internal sealed class TimeLimit(TimeProvider time, Action<TimeSpan> over) : IDisposable
{
    private readonly long _began = time.GetTimestamp();
    private ITimer? _timer;

    /// <summary>Sets the limit, counted from the beginning of the run; null takes it away.</summary>
    public void Set(TimeSpan? limit)
    {
        _timer?.Dispose();
        _timer = null;
        if (limit is not { } most)
            return;
        var left = most - time.GetElapsedTime(_began);
        var due = left > TimeSpan.Zero ? left : TimeSpan.Zero;
        _timer = time.CreateTimer(_ => over(most), null, due, Timeout.InfiniteTimeSpan);
    }

    public void Dispose() => _timer?.Dispose();
}
