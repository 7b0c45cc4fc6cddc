using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace TuneGraph.Collectives;

/// <summary>
/// Averages a model's gradients over the ranks while the backward pass still computes (Li et al. 2020, "PyTorch
/// Distributed", section 3.2.3). Parameters are put in buckets in reverse order, as the backward pass finishes them; a
/// bucket is reduced when all its gradients are ready and all buckets before it are under way, so that every rank
/// reduces in the same order, whatever order its gradients came in.
/// </summary>
/// <remarks>
/// One step: write each gradient into <see cref="Gradient"/> and call <see cref="MarkReady"/>, then <see cref="Wait"/>.
/// To accumulate over several passes, mark only in the last one. While a step is under way the group must not be used
/// for other collectives by this rank. For one training thread.
/// </remarks>
public sealed class GradientBuckets : IDisposable
{
    private readonly ProcessGroup _group;
    private readonly Bucket[] _buckets;
    private readonly (int Bucket, int Start, int Length)[] _places;
    private readonly bool[] _marked;
    private readonly BlockingCollection<Bucket> _ready = new(1 << 20);
    private readonly Thread _thread;
    private readonly SemaphoreSlim _reduced = new(0);
    private Exception? _error;
    private int _started;
    private int _finished;

    /// <summary>Lays out the buckets.</summary>
    /// <param name="group">Where the ranks meet; stays the caller's.</param>
    /// <param name="parameterLengths">Elements of each parameter, in forward order; equal on all ranks.</param>
    /// <param name="options">Null for the defaults.</param>
    public GradientBuckets(ProcessGroup group, ReadOnlySpan<int> parameterLengths, BucketOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(group);
        options ??= new();
        _group = group;
        _places = new (int, int, int)[parameterLengths.Length];
        _marked = new bool[parameterLengths.Length];
        _buckets = LayOut(parameterLengths, options, _places);
        _thread = new(ReduceReady) { IsBackground = true, Name = $"gradient buckets of rank {group.Rank}" };
        _thread.Start();
    }

    /// <summary>Elements of each bucket, in the order in which they are reduced.</summary>
    public ImmutableArray<int> BucketLengths => [.. _buckets.Select(bucket => bucket.Values.Length)];

    /// <summary>The bucket that holds a parameter's gradient.</summary>
    public int BucketOf(int parameter) => _places[parameter].Bucket;

    /// <summary>
    /// Where a parameter's gradient lives, inside its bucket: written by the backward pass, replaced by the mean over
    /// all ranks before <see cref="Wait"/> returns.
    /// </summary>
    public Memory<float> Gradient(int parameter)
    {
        var (bucket, start, length) = _places[parameter];
        return _buckets[bucket].Values.AsMemory(start, length);
    }

    /// <summary>What the reducer of a bucket remembers, for checkpoints.</summary>
    public GradientReducer ReducerOf(int bucket) => _buckets[bucket].Reducer;

    /// <summary>
    /// Says that a parameter's gradient of this step is complete. Starts the reduction of what can start.
    /// </summary>
    /// <exception cref="InvalidOperationException">It was marked before in this step.</exception>
    public void MarkReady(int parameter)
    {
        if (_marked[parameter])
            throw new InvalidOperationException(
                $"Parameter {parameter} was marked ready twice in one step; call Wait between steps, and mark a shared "
                + "parameter only after its last use.");
        _marked[parameter] = true;
        _buckets[_places[parameter].Bucket].Missing--;
        while (_started < _buckets.Length && _buckets[_started].Missing == 0) _ready.Add(_buckets[_started++]);
    }

    /// <summary>Waits until all gradients of this step are averaged, and opens the next step.</summary>
    /// <exception cref="InvalidOperationException">A gradient was not marked ready; it is named.</exception>
    /// <exception cref="CollectiveException">The group is over.</exception>
    public void Wait()
    {
        if (_started < _buckets.Length)
            throw new InvalidOperationException(
                $"Parameter {Array.IndexOf(_marked, false)} was not marked ready in this step. Mark unused parameters "
                + "too, with a zero gradient: every rank must reduce every bucket.");
        for (; _finished < _buckets.Length; _finished++) _reduced.Wait();
        if (Volatile.Read(ref _error) is { } error) System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(error);
        (_started, _finished) = (0, 0);
        Array.Clear(_marked);
        foreach (var bucket in _buckets) bucket.Missing = bucket.Parameters;
    }

    /// <summary>Ends the thread, after the reduction under way if there is one.</summary>
    public void Dispose()
    {
        _ready.CompleteAdding();
        _thread.Join();
        _ready.Dispose();
        _reduced.Dispose();
    }

    private static Bucket[] LayOut(ReadOnlySpan<int> lengths, BucketOptions options, (int, int, int)[] places)
    {
        var buckets = new List<Bucket>();
        var (length, parameters) = (0, 0);
        for (var parameter = lengths.Length - 1; parameter >= 0; parameter--)
        {
            places[parameter] = (buckets.Count, length, lengths[parameter]);
            length = checked(length + lengths[parameter]);
            parameters++;
            var limit = buckets.Count == 0 ? options.FirstBucketBytes : options.BucketBytes;
            if ((long)length * sizeof(float) < limit && parameter > 0) continue;
            buckets.Add(new(new float[length], options.Reducer(length), parameters));
            (length, parameters) = (0, 0);
        }
        return [.. buckets];
    }

    private void ReduceReady()
    {
        foreach (var bucket in _ready.GetConsumingEnumerable())
        {
            try
            {
                if (_error is null) bucket.Reducer.Reduce(_group, bucket.Values);
            }
            catch (Exception e)
            {
                // Told to the training thread by Wait; the group is over, so later buckets are not tried.
                Volatile.Write(ref _error, e);
                _group.Abort($"a gradient bucket could not be reduced: {e.Message}");
            }
            _reduced.Release();
        }
    }

    private sealed class Bucket(float[] values, GradientReducer reducer, int parameters)
    {
        internal float[] Values { get; } = values;

        internal GradientReducer Reducer { get; } = reducer;

        internal int Parameters { get; } = parameters;

        internal int Missing { get; set; } = parameters;
    }
}
