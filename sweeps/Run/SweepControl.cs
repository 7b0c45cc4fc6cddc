using TuneGraph.Search;

namespace TuneGraph;

/// <summary>
/// Steers a sweep that runs in this process: give it to the run as <see cref="SweepRunOptions.Control"/>. Safe to use
/// from several threads.
/// </summary>
public sealed class SweepControl
{
    private readonly Lock _lock = new();
    private Action<RunnerMessage>? _post;

    /// <summary>Whether a run listens.</summary>
    public bool IsRunning
    {
        get
        {
            lock (_lock)
                return _post is not null;
        }
    }

    /// <summary>Ends the run: its trials end at their next step with a checkpoint, and it can go on later.</summary>
    /// <param name="reason">Why, for people: <c>stopped from the page</c>.</param>
    /// <exception cref="InvalidOperationException">Nothing runs.</exception>
    public void Stop(string reason)
    {
        ArgumentException.ThrowIfNullOrEmpty(reason);
        Listening()(new StopAsked(SweepOutcome.Interrupted, reason, Now: false));
    }

    /// <summary>Has a configuration tried, besides those that the sampler proposes.</summary>
    /// <param name="configuration">What the trial is run with.</param>
    /// <returns>The trial's number.</returns>
    /// <exception cref="SearchSpaceException">The configuration does not fit the search space.</exception>
    /// <exception cref="InvalidOperationException">Nothing runs, or the run ends before the trial was
    /// taken.</exception>
    public Task<int> EnqueueAsync(Configuration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var number = new Reply<int>();
        Listening()(new TrialWanted(configuration, number));
        return number.Answer;
    }

    /// <summary>A run listens until what is returned is disposed.</summary>
    internal IDisposable Take(Action<RunnerMessage> post)
    {
        lock (_lock)
        {
            if (_post is not null)
                throw new InvalidOperationException("A run is steered by this control already; give each its own.");
            _post = post;
        }

        return new Release(this);
    }

    private Action<RunnerMessage> Listening()
    {
        lock (_lock)
            return _post ?? throw new InvalidOperationException("Nothing runs any more, so there is nothing to steer.");
    }

    private sealed class Release(SweepControl control) : IDisposable
    {
        public void Dispose()
        {
            lock (control._lock)
                control._post = null;
        }
    }
}
