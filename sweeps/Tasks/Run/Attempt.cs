using TuneGraph.Graph;

namespace TuneGraph;

/// <summary>One attempt of a task: leased, begun by a thread or withdrawn, ended.</summary>
/// <remarks>It locks on itself: no one outside this folder sees it, and there is one for each task.</remarks>
internal sealed class Attempt(StartTask start, TaskSpec spec, long number)
{
    private CancellationTokenSource? _cancel;
    private bool _isWithdrawn;

    public TaskKey Key => start.Key;

    public int Number => start.Attempt;

    /// <summary>Place in the queue: higher priority first, then first in, first out.</summary>
    public (int, long) Place => (-spec.Priority, number);

    /// <summary>How long the body may run; zero sets no limit.</summary>
    public TimeSpan Limit => spec.Timeout;

    public bool IsStopAsked { get; private set; }

    public bool IsBegun { get; private set; }

    /// <summary>Takes the attempt for a thread, unless it was withdrawn.</summary>
    public bool TryBegin(CancellationTokenSource cancel)
    {
        lock (this)
        {
            if (_isWithdrawn)
                return false;
            _cancel = cancel;
            return IsBegun = true;
        }
    }

    /// <summary>Takes the attempt from the queue, unless a thread has begun it.</summary>
    public bool TryWithdraw()
    {
        lock (this)
            return !IsBegun && (_isWithdrawn = true);
    }

    public void Stop()
    {
        lock (this)
        {
            IsStopAsked = true;
            _ = _cancel?.CancelAsync(); // what was registered on it runs elsewhere: we may hold the graph's lock
        }
    }

    /// <summary>The body has ended; its token is no longer cancelled from here.</summary>
    public void End()
    {
        lock (this)
            _cancel = null;
    }
}

/// <summary>How an attempt ended, as the graph is to hear it.</summary>
internal readonly record struct AttemptEnd(Attempt Attempt, GraphEvent Event);
