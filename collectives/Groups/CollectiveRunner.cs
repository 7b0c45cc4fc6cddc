using System.Collections.Concurrent;

namespace TuneGraph.Collectives;

/// <summary>
/// Runs one member's calls, one at a time and in issue order: numbers them, publishes them, and ends the group for
/// everyone when a call fails.
/// </summary>
internal sealed unsafe class CollectiveRunner : IDisposable
{
    private const int LongestQueue = 4096;

    private readonly Lock _gate = new();
    private readonly Transport _transport;
    private readonly Waiter _waiter;
    private readonly Wire _wire;
    private readonly CollectiveDispatch _dispatch;
    private readonly CollectiveTimeline? _timeline;
    private BlockingCollection<ProgressWork>? _queue;
    private Thread? _progress;
    private CallLabel _tag;
    private int _queued;
    private long _sequence;
    private bool _disposed;

    internal CollectiveRunner(Transport transport, ProcessGroupOptions options)
    {
        _transport = transport;
        _waiter = new(transport, options);
        _wire = new(transport, _waiter, options.CheckMessages);
        _timeline = options.Timeline;
        _dispatch = new(transport, _waiter, _wire);
    }

    internal TrafficCounters Traffic => _wire.Traffic;

    /// <summary>The number of the last collective; what all ranks agree on between two calls.</summary>
    internal long Sequence => Volatile.Read(ref _sequence);

    /// <summary>What the calls made on the progress thread are for; null on any other thread.</summary>
    internal CallLabel? ProgressTag => IsProgressThread ? _tag : null;

    // Calls that progress work makes are part of its turn.
    private bool IsProgressThread => _progress is { } thread && thread == Thread.CurrentThread;

    /// <summary>Runs the call on this thread, or behind the issued work if there is any.</summary>
    internal void Run(in CollectiveWork work)
    {
        if (Volatile.Read(ref _queued) == 0 || IsProgressThread) Execute(work);
        else Issue(work, []).Wait();
    }

    /// <summary>Leaves the call to the progress thread, which keeps the order.</summary>
    internal CollectiveHandle Issue(in CollectiveWork work, System.Buffers.MemoryHandle[] pins)
    {
        var call = new IssuedCall(this, work, pins);
        Issue(call);
        return call.Handle;
    }

    /// <summary>Leaves work to the progress thread; all its calls come before those made or issued later.</summary>
    internal void Issue(ProgressWork work)
    {
        if (_transport.WorldSize == 1)
        {
            work.Run();
            return;
        }
        Interlocked.Increment(ref _queued);
        try
        {
            Queue().Add(work);
        }
        catch (InvalidOperationException)
        {
            Interlocked.Decrement(ref _queued);
            work.Refuse(new ObjectDisposedException(nameof(ProcessGroup)));
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed) return;
            _disposed = true;
            _queue?.CompleteAdding();
            _transport.Dispose();
        }
    }

    internal void Execute(in CollectiveWork work)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, typeof(ProcessGroup));
            var call = work.Call with { Sequence = work.Call.Kind.IsCollective() ? ++_sequence : _sequence };
            if (_transport.WorldSize == 1)
            {
                if (work.Input != work.Output) Buffer.MemoryCopy(work.Input, work.Output, work.Bytes, work.Bytes);
                return;
            }
            if (_transport.Notice is { } notice) throw new CollectiveAbortedException(notice, call);
            _waiter.Begin(call, yields: !IsProgressThread, work.CancellationToken);
            _wire.Begin(call);
            _transport.Publish(call, inside: true);
            var start = _timeline?.Now ?? 0;
            try
            {
                work.CancellationToken.ThrowIfCancellationRequested();
                _dispatch.Run(call, work);
            }
            catch (Exception e)
            {
                // A half-done collective cannot be taken back: the group is over for everyone, and all are told why.
                _waiter.Progressed();
                _transport.Abort(new(_transport.Rank, Waiter.ReasonOf(e)));
                throw;
            }
            _transport.Publish(call, inside: false);
            _timeline?.Record(new(call, _transport.Rank, _transport.WorldSize, start, _timeline.Now));
        }
    }

    // The gate is held while a call runs; issuing must not wait for that.
    private BlockingCollection<ProgressWork> Queue() => Volatile.Read(ref _queue) ?? StartProgress();

    private BlockingCollection<ProgressWork> StartProgress()
    {
        lock (_gate)
        {
            if (_queue is not null || _disposed) return _queue ?? throw new InvalidOperationException();
            var queue = _queue = new(LongestQueue);
            var name = $"collectives of rank {_transport.Rank}";
            _progress = new(() => Progress(queue)) { IsBackground = true, Name = name };
            _progress.Start();
            return queue;
        }
    }

    private void Progress(BlockingCollection<ProgressWork> queue)
    {
        ThreadScheduling.Unbind(); // it may run where its starter may not, beside whom it would only wait
        ThreadScheduling.ShortenSlice();
        using var consumed = queue;
        foreach (var work in consumed.GetConsumingEnumerable())
        {
            _tag = work.Tag;
            work.Run();
            // Counted out only after it ran: a direct call that finds the count at 0 cannot overtake it.
            Interlocked.Decrement(ref _queued);
        }
    }
}
