using TuneGraph.Graph;

namespace TuneGraph;

/// <summary>Hands what an attempt of this process prints to the sweep's loop, a bundle every half second.</summary>
internal sealed class LocalOutput : IDisposable
{
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(500);

    private readonly TaskKey _key;
    private readonly Action<RunnerMessage> _post;
    private readonly ITimer _timer;
    private int _isDue;

    public LocalOutput(TaskKey key, SecretMask mask, TimeProvider time, Action<RunnerMessage> post)
    {
        (_key, _post) = (key, post);
        _timer = time.CreateTimer(
            _ => Post(isLast: false), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Lines = new TrialOutput(mask, Came);
    }

    public TrialOutput Lines { get; }

    /// <summary>Posts what is left, with the error that ended it, before its end is told.</summary>
    public void End(TaskOutcome outcome)
    {
        if (outcome is TaskThrew { Error: { } error })
            Lines.Add(error);
        Dispose();
        Post(isLast: true);
    }

    public void Dispose() => _timer.Dispose();

    private void Came()
    {
        if (Interlocked.Exchange(ref _isDue, 1) == 0)
            _timer.Change(_pause, Timeout.InfiniteTimeSpan);
    }

    private void Post(bool isLast)
    {
        Volatile.Write(ref _isDue, 0);
        if (Lines.Take(isLast) is { IsEmpty: false } lines)
            _post(new OutputCame(_key, lines));
    }
}
