namespace TuneGraph;

/// <summary>
/// A fleet with a clock and a lock: lets the loops of the studies and the requests of the workers at it, one at a time,
/// and hands on what follows.
/// </summary>
internal sealed class FleetHost : IDisposable
{
    private static readonly TimeSpan _tick = TimeSpan.FromMilliseconds(100);

    private readonly Lock _lock = new();
    private readonly Fleet _fleet;
    private readonly TimeProvider _time;
    private readonly long _began;
    private readonly ITimer _timer;
    private readonly Dictionary<string, Action<RunnerMessage>> _loops = [];
    private TaskCompletionSource _changed = NewSignal();

    /// <param name="options">Leases and limits.</param>
    /// <param name="incarnation">Sets this life's tokens apart from those of lives before.</param>
    /// <param name="time">The clock; leases go by how much of it passes, not by what it shows.</param>
    public FleetHost(FleetOptions options, string incarnation, TimeProvider time)
    {
        (_fleet, _time, _began) = (new Fleet(options, incarnation), time, time.GetTimestamp());
        _timer = time.CreateTimer(_ => Change((fleet, now) => fleet.Tick(now)), null, _tick, _tick);
    }

    /// <summary>Does something with the fleet while nobody else does.</summary>
    public void Change(Action<Fleet, TimeSpan> action) =>
        Change((fleet, now) =>
        {
            action(fleet, now);
            return true;
        });

    /// <inheritdoc cref="Change(Action{Fleet, TimeSpan})"/>
    public T Change<T>(Func<Fleet, TimeSpan, T> action)
    {
        TaskCompletionSource changed;
        T result;
        lock (_lock)
        {
            result = action(_fleet, _time.GetElapsedTime(_began));
            var posts = _fleet.TakePosts();
            foreach (var post in posts)
                DeliverNeedsLock(post);
            (changed, _changed) = (_changed, NewSignal());
        }

        changed.TrySetResult();
        return result;
    }

    /// <summary>Asks something of the fleet.</summary>
    public T Ask<T>(Func<Fleet, T> question)
    {
        lock (_lock)
            return question(_fleet);
    }

    /// <summary>What the machines of all workers were doing in the last hour.</summary>
    public IReadOnlyList<WorkerLoads> Loads()
    {
        List<(WorkerOffer Offer, IReadOnlyList<MachineLoad?> Loads)> read;
        lock (_lock)
        {
            var now = _time.GetElapsedTime(_began);
            read = [.. _fleet.Members.Select(member => (member.Offer, member.Loads.Read(now)))];
        }

        return [.. read.Select(one => WorkerLoads.Of(one.Offer.Name, one.Offer.Cores, one.Loads))];
    }

    /// <summary>A study begins; its loop hears from now on what becomes of its tasks.</summary>
    public void Enter(string study, int ranks, Action<RunnerMessage> loop)
    {
        lock (_lock)
            _loops[study] = loop;
        Change((fleet, now) => fleet.Enter(study, ranks, now));
    }

    /// <summary>A study has ended or leaves.</summary>
    public void Exit(string study)
    {
        Change((fleet, now) => fleet.Exit(study, now));
        lock (_lock)
            _loops.Remove(study);
    }

    /// <summary>A step of a study, whoever sends it.</summary>
    /// <returns>False when no loop runs that study.</returns>
    public bool TryPost(string study, RunnerMessage message)
    {
        lock (_lock)
        {
            if (!_loops.TryGetValue(study, out var loop))
                return false;
            loop(message);
            return true;
        }
    }

    /// <summary>
    /// What the ranks of an order printed; nothing follows if the order is not its holder's any more.
    /// </summary>
    public void Print(string orderToken, PrintedWord word)
    {
        lock (_lock)
        {
            if (_fleet.Attempts.Part(orderToken) is { Attempt: { IsOver: false } attempt }
                && _loops.TryGetValue(attempt.Study, out var loop))
                loop(new OutputCame(attempt.Start.Key, word.Cleaned()));
        }
    }

    /// <summary>Answers a worker as soon as there is something new for it, or when its time is over.</summary>
    /// <exception cref="FleetException">Its lease has ended.</exception>
    public async Task<WorkerNews> RenewAsync(string workerToken, WorkerWord word, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(Math.Clamp(word.WaitSeconds, 0, 60)));
        while (true)
        {
            Task changed;
            WorkerNews news;
            lock (_lock)
            {
                news = _fleet.Renew(workerToken, word.Held, _time.GetElapsedTime(_began), word.Load, word.FreeBytes);
                changed = _changed.Task;
            }

            var isNew = news.Order is not null
                || news.Stop.Any(token => !word.Stopping.Contains(token))
                || news.HandBack.Any(token => !word.HandingBack.Contains(token));
            if (isNew || limit.IsCancellationRequested)
                return news;
            await Task.WhenAny(changed, Task.Delay(Timeout.InfiniteTimeSpan, limit.Token)).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    public void Dispose() => _timer.Dispose();

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void DeliverNeedsLock(FleetPost post)
    {
        if (post.Study.Length > 0)
        {
            if (_loops.TryGetValue(post.Study, out var loop))
                loop(post.Message);
            return;
        }

        foreach (var each in _loops.Values)
            each(post.Message);
    }
}
