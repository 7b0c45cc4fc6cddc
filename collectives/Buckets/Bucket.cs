using System.Runtime.ExceptionServices;

namespace TuneGraph.Collectives;

/// <summary>Gradients that are reduced together, on a lane's progress thread, again in every step.</summary>
internal sealed class Bucket<T>(
    BucketLanes lanes, ProcessGroup group, Memory<T> values, GradientReducer<T> reducer, int parameters)
    : ProgressWork, IDisposable
    where T : unmanaged
{
    private readonly SemaphoreSlim _reduced = new(0);
    private readonly int _parameters = parameters;
    private Exception? _error;

    internal Memory<T> Values { get; } = values;

    internal GradientReducer<T> Reducer { get; } = reducer;

    /// <summary>Parameters that were not yet marked in this step.</summary>
    internal int Missing { get; private set; } = parameters;

    internal bool IsUnderWay { get; private set; }

    internal void MarkOne() => Missing--;

    internal void Start()
    {
        IsUnderWay = true;
        group.Runner.Issue(this);
    }

    /// <summary>Waits for the reduction if one is under way, and opens the next step.</summary>
    internal void Wait()
    {
        Missing = _parameters;
        if (!IsUnderWay) return;
        _reduced.Wait();
        IsUnderWay = false;
    }

    internal void ThrowIfFailed()
    {
        if (Volatile.Read(ref _error) is { } error) ExceptionDispatchInfo.Throw(error);
    }

    internal override void Run()
    {
        try
        {
            Reducer.Reduce(group, Values.Span);
        }
        catch (Exception e)
        {
            // Told to the training thread by its wait; the group is over, so later buckets fail too, at once.
            Volatile.Write(ref _error, e);
            lanes.Abort($"a gradient bucket could not be reduced: {e.Message}");
        }
        _reduced.Release();
    }

    internal override void Refuse(Exception reason)
    {
        Volatile.Write(ref _error, reason);
        _reduced.Release();
    }

    public void Dispose() => _reduced.Dispose();
}
