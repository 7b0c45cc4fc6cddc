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
/// To accumulate over several passes, run all but the last under <see cref="NoSync"/>. While a step is under way the
/// group must not be used for other collectives by this rank. For one training thread.
/// </remarks>
public sealed class GradientBuckets : IDisposable
{
    private readonly ProcessGroup _group;
    private readonly BucketOptions _options;
    private readonly BucketTuner? _tuner;
    private readonly int[] _lengths;
    private readonly float[] _values;
    private readonly int[] _starts;
    private readonly int[] _bucketOf;
    private Bucket[] _buckets;
    private int _unsynchronised;
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
        _group = group;
        _options = options ?? new();
        _lengths = parameterLengths.ToArray();
        _starts = new int[_lengths.Length];
        _bucketOf = new int[_lengths.Length];
        _marked = new bool[_lengths.Length];
        var length = 0;
        for (var parameter = _lengths.Length - 1; parameter >= 0; parameter--)
        {
            _starts[parameter] = length;
            length = checked(length + _lengths[parameter]);
        }
        _values = new float[length];
        _buckets = LayOut(_options.BucketBytes);
        _tuner = BucketTuner.For(_options, length, StateLength);
        _thread = new(ReduceReady) { IsBackground = true, Name = $"gradient buckets of rank {group.Rank}" };
        _thread.Start();
    }

    /// <summary>Elements of each bucket, in the order in which they are reduced.</summary>
    public ImmutableArray<int> BucketLengths => [.. _buckets.Select(bucket => bucket.Values.Length)];

    /// <summary>The bucket that holds a parameter's gradient.</summary>
    public int BucketOf(int parameter) => _bucketOf[parameter];

    /// <summary>
    /// Where a parameter's gradient lives, inside its bucket: written by the backward pass, replaced by the mean over
    /// all ranks before <see cref="Wait"/> returns. Stays in its place.
    /// </summary>
    public Memory<float> Gradient(int parameter) => _values.AsMemory(_starts[parameter], _lengths[parameter]);

    /// <summary>Whether bucket sizes are still being tried out (<see cref="BucketOptions.TuningSteps"/>).</summary>
    public bool IsTuning => _tuner is { IsOver: false };

    /// <summary>Numbers that <see cref="SaveState"/> writes: what all reducers remember; 0 if nothing.</summary>
    public int StateLength => _buckets.Sum(bucket => bucket.Reducer.StateLength);

    /// <summary>Writes this rank's residuals, which belong in its part of a checkpoint.</summary>
    /// <param name="state"><see cref="StateLength"/> elements.</param>
    public void SaveState(Span<float> state)
    {
        CheckState(state.Length);
        foreach (var reducer in _buckets.Select(bucket => bucket.Reducer))
        {
            reducer.SaveState(state[..reducer.StateLength]);
            state = state[reducer.StateLength..];
        }
    }

    /// <summary>Reads back what <see cref="SaveState"/> wrote, on the same rank with the same options.</summary>
    /// <param name="state"><see cref="StateLength"/> elements.</param>
    public void LoadState(ReadOnlySpan<float> state)
    {
        CheckState(state.Length);
        foreach (var reducer in _buckets.Select(bucket => bucket.Reducer))
        {
            reducer.LoadState(state[..reducer.StateLength]);
            state = state[reducer.StateLength..];
        }
    }

    /// <summary>
    /// Until disposed, <see cref="MarkReady"/> and <see cref="Wait"/> do nothing, so that the same backward pass only
    /// accumulates: add to <see cref="Gradient"/> instead of overwriting it. All ranks must do so in the same passes.
    /// </summary>
    public IDisposable NoSync()
    {
        if (_started > 0 || _marked.Contains(true))
            throw new InvalidOperationException(
                "A step is under way: call Wait before accumulating without synchronisation.");
        _unsynchronised++;
        return new Accumulation(this);
    }

    /// <summary>What the reducer of a bucket remembers, for checkpoints.</summary>
    public GradientReducer ReducerOf(int bucket) => _buckets[bucket].Reducer;

    /// <summary>
    /// Says that a parameter's gradient of this step is complete. Starts the reduction of what can start.
    /// </summary>
    /// <exception cref="InvalidOperationException">It was marked before in this step.</exception>
    public void MarkReady(int parameter)
    {
        if (_unsynchronised > 0) return;
        if (_marked[parameter])
            throw new InvalidOperationException(
                $"Parameter {parameter} was marked ready twice in one step; call Wait between steps, and mark a shared "
                + "parameter only after its last use.");
        _marked[parameter] = true;
        _buckets[_bucketOf[parameter]].Missing--;
        while (_started < _buckets.Length && _buckets[_started].Missing == 0) _ready.Add(_buckets[_started++]);
    }

    /// <summary>Waits until all gradients of this step are averaged, and opens the next step.</summary>
    /// <exception cref="InvalidOperationException">A gradient was not marked ready; it is named.</exception>
    /// <exception cref="CollectiveException">The group is over.</exception>
    public void Wait()
    {
        if (_unsynchronised > 0) return;
        if (_started < _buckets.Length)
            throw new InvalidOperationException(
                $"Parameter {Array.IndexOf(_marked, false)} was not marked ready in this step. Mark unused parameters "
                + "too, with a zero gradient: every rank must reduce every bucket.");
        for (; _finished < _buckets.Length; _finished++) _reduced.Wait();
        if (Volatile.Read(ref _error) is { } error) System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(error);
        (_started, _finished) = (0, 0);
        Array.Clear(_marked);
        foreach (var bucket in _buckets) bucket.Missing = bucket.Parameters;
        if (_tuner?.EndStep(_group) is { } bytes) _buckets = LayOut(bytes);
    }

    /// <summary>Ends the thread, after the reduction under way if there is one.</summary>
    public void Dispose()
    {
        _ready.CompleteAdding();
        _thread.Join();
        _ready.Dispose();
        _reduced.Dispose();
    }

    private Bucket[] LayOut(int bucketBytes)
    {
        var buckets = new List<Bucket>();
        var (start, length, parameters) = (0, 0, 0);
        for (var parameter = _lengths.Length - 1; parameter >= 0; parameter--)
        {
            _bucketOf[parameter] = buckets.Count;
            length += _lengths[parameter];
            parameters++;
            var limit = buckets.Count == 0 ? Math.Min(_options.FirstBucketBytes, bucketBytes) : bucketBytes;
            if ((long)length * sizeof(float) < limit && parameter > 0) continue;
            var label = $"bucket {buckets.Count}";
            buckets.Add(new(_values.AsMemory(start, length), _options.Reducer(length), parameters, label));
            (start, length, parameters) = (start + length, 0, 0);
        }
        return [.. buckets];
    }

    private void CheckState(int length)
    {
        if (length != StateLength)
            throw new ArgumentException($"The state has {length} elements; that of these buckets has {StateLength}.");
    }

    private void ReduceReady()
    {
        foreach (var bucket in _ready.GetConsumingEnumerable())
        {
            try
            {
                if (_error is null) Reduce(bucket);
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

    private void Reduce(Bucket bucket)
    {
        var label = _group.Label;
        _group.Label = bucket.Label;
        bucket.Reducer.Reduce(_group, bucket.Values.Span);
        _group.Label = label;
    }

    private sealed class Accumulation(GradientBuckets buckets) : IDisposable
    {
        private GradientBuckets? _buckets = buckets;

        public void Dispose()
        {
            if (_buckets is { } opened) opened._unsynchronised--;
            _buckets = null;
        }
    }

    private sealed class Bucket(Memory<float> values, GradientReducer reducer, int parameters, string label)
    {
        internal Memory<float> Values { get; } = values;

        internal string Label { get; } = label;

        internal GradientReducer Reducer { get; } = reducer;

        internal int Parameters { get; } = parameters;

        internal int Missing { get; set; } = parameters;
    }
}
