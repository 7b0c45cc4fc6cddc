using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace TuneGraph.Collectives;

/// <summary>
/// Averages a model's gradients over the ranks while the backward pass still computes (Li et al. 2020, "PyTorch
/// Distributed", section 3.2.3). Parameters are put in buckets in reverse order, as the backward pass finishes them; a
/// bucket is reduced when all its gradients are ready and all buckets before it are under way, so that every rank
/// reduces in the same order, whatever order its gradients came in.
/// </summary>
/// <typeparam name="T">What gradients are made of.</typeparam>
/// <remarks>
/// One step: write each gradient into <see cref="Gradient"/> and call <see cref="MarkReady"/>, then <see cref="Wait"/>.
/// To accumulate over several passes, run all but the last under <see cref="NoSync"/>. Other collectives that a rank
/// calls on the group meanwhile wait for the buckets under way; all ranks must call them at the same place among their
/// buckets. For one training thread.
/// </remarks>
public sealed class GradientBuckets<T> : IDisposable
    where T : unmanaged
{
    private readonly ProcessGroup _group;
    private readonly BucketLanes _lanes;
    private readonly BucketOptions _options;
    private readonly BucketTuner? _tuner;
    private readonly Func<int, GradientReducer<T>> _reducer;
    private readonly Memory<T>[] _gradients;
    private readonly Memory<T> _values;
    private readonly int[] _bucketOf;
    private readonly bool[] _marked;
    private Bucket<T>[] _buckets;
    private int _unsynchronised;
    private int _started;

    /// <summary>Lays out the buckets in memory of their own.</summary>
    /// <param name="group">Where the ranks meet; stays the caller's.</param>
    /// <param name="parameterLengths">Elements of each parameter, in forward order; equal on all ranks.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="reducer">Makes the reducer of a bucket of so many elements; null for
    /// <see cref="DenseReducer{T}"/>.</param>
    public GradientBuckets(
        ProcessGroup group, ReadOnlySpan<int> parameterLengths, BucketOptions? options = null,
        Func<int, GradientReducer<T>>? reducer = null)
    {
        ArgumentNullException.ThrowIfNull(group);
        _group = group;
        _options = options ?? new();
        _lanes = new(group, _options.Lanes);
        _reducer = reducer ?? (length => new DenseReducer<T>(length));
        _bucketOf = new int[parameterLengths.Length];
        _marked = new bool[parameterLengths.Length];
        _gradients = new Memory<T>[parameterLengths.Length];
        var length = 0;
        foreach (var parameter in parameterLengths) length = checked(length + parameter);
        _values = new T[length];
        var start = length;
        for (var parameter = 0; parameter < parameterLengths.Length; parameter++)
        {
            start -= parameterLengths[parameter];
            _gradients[parameter] = _values.Slice(start, parameterLengths[parameter]);
        }
        _buckets = LayOut(_options.BucketBytes);
        _tuner = BucketTuner.For(_options, (long)length * Unsafe.SizeOf<T>(), StateLength);
    }

    /// <summary>Takes memory that the caller has cut into buckets: each is one parameter.</summary>
    /// <param name="group">Where the ranks meet; stays the caller's.</param>
    /// <param name="buckets">
    /// In forward order, so reduced from the last to the first; lengths equal on all ranks. Stays the caller's, and
    /// must live as long as this.
    /// </param>
    /// <param name="reducer">Makes the reducer of the bucket with this index; null for
    /// <see cref="DenseReducer{T}"/>.</param>
    /// <param name="lanes">See <see cref="BucketOptions.Lanes"/>.</param>
    public GradientBuckets(
        ProcessGroup group, ReadOnlySpan<Memory<T>> buckets, Func<int, GradientReducer<T>>? reducer = null,
        int lanes = 1)
    {
        ArgumentNullException.ThrowIfNull(group);
        _group = group;
        _options = new() { Lanes = lanes };
        _lanes = new(group, lanes);
        _reducer = length => new DenseReducer<T>(length);
        _gradients = buckets.ToArray();
        _marked = new bool[buckets.Length];
        _bucketOf = [.. Enumerable.Range(0, buckets.Length).Reverse()];
        _buckets = new Bucket<T>[buckets.Length];
        for (var i = 0; i < buckets.Length; i++)
        {
            var made = reducer?.Invoke(i) ?? _reducer(buckets[i].Length);
            var place = _bucketOf[i];
            _buckets[place] = new(_lanes, _lanes[place], buckets[i], made, 1) { Tag = TagOf(place) };
        }
    }

    /// <summary>Elements of each bucket, in the order in which they are reduced.</summary>
    public ImmutableArray<int> BucketLengths => [.. _buckets.Select(bucket => bucket.Values.Length)];

    /// <summary>The bucket that holds a parameter's gradient.</summary>
    public int BucketOf(int parameter) => _bucketOf[parameter];

    /// <summary>
    /// Where a parameter's gradient lives, inside its bucket: written by the backward pass, replaced by the mean over
    /// all ranks before <see cref="Wait"/> returns. Stays in its place.
    /// </summary>
    public Memory<T> Gradient(int parameter) => _gradients[parameter];

    /// <summary>Whether bucket sizes are still being tried out (<see cref="BucketOptions.TuningSteps"/>).</summary>
    public bool IsTuning => _tuner is { IsOver: false };

    /// <summary>What this rank has sent so far, for buckets and else, over all lanes.</summary>
    public TrafficCounters Traffic => _lanes.Traffic;

    /// <summary>Numbers that <see cref="SaveState"/> writes: what all reducers remember; 0 if nothing.</summary>
    public int StateLength => _buckets.Sum(bucket => bucket.Reducer.StateLength);

    /// <summary>Writes this rank's residuals, which belong in its part of a checkpoint.</summary>
    /// <param name="state"><see cref="StateLength"/> elements.</param>
    public void SaveState(Span<T> state)
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
    public void LoadState(ReadOnlySpan<T> state)
    {
        CheckState(state.Length);
        foreach (var reducer in _buckets.Select(bucket => bucket.Reducer))
        {
            reducer.LoadState(state[..reducer.StateLength]);
            state = state[reducer.StateLength..];
        }
    }

    /// <summary><see cref="GradientReducer{T}.LoadStates"/> for all buckets.</summary>
    /// <param name="states">What <see cref="SaveState"/> wrote on each rank of the old group, in rank order.</param>
    public void LoadStates(IReadOnlyList<ReadOnlyMemory<T>> states)
    {
        ArgumentNullException.ThrowIfNull(states);
        var read = new int[states.Count];
        foreach (var reducer in _buckets.Select(bucket => bucket.Reducer))
        {
            var parts = new ReadOnlyMemory<T>[states.Count];
            for (var rank = 0; rank < parts.Length; rank++)
            {
                var length = reducer.StateLengthOf(rank, parts.Length);
                if (states[rank].Length < read[rank] + length)
                    throw new ArgumentException(
                        $"The state of rank {rank} has {states[rank].Length} elements, too few for these buckets.");
                parts[rank] = states[rank].Slice(read[rank], length);
                read[rank] += length;
            }
            reducer.LoadStates(parts);
        }
    }

    /// <summary>
    /// Until disposed, <see cref="MarkReady"/> and <see cref="Wait"/> do nothing, so that the same backward pass only
    /// accumulates: add to <see cref="Gradient"/> instead of overwriting it. All ranks must do so in the same passes.
    /// </summary>
    public IDisposable NoSync()
    {
        if (_started > 0 || _marked.AsSpan().Contains(true))
            throw new InvalidOperationException(
                "A step is under way: call Wait before accumulating without synchronisation.");
        _unsynchronised++;
        return new Accumulation(this);
    }

    /// <summary>What the reducer of a bucket remembers, for checkpoints.</summary>
    public GradientReducer<T> ReducerOf(int bucket) => _buckets[bucket].Reducer;

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
        _buckets[_bucketOf[parameter]].MarkOne();
        while (_started < _buckets.Length && _buckets[_started].Missing == 0) _buckets[_started++].Start();
    }

    /// <summary>
    /// Waits until the bucket that holds this parameter is reduced, if its reduction has started; for memory that is
    /// used again within a step.
    /// </summary>
    /// <exception cref="CollectiveException">The group is over.</exception>
    public void WaitFor(int parameter)
    {
        var bucket = _buckets[_bucketOf[parameter]];
        if (!bucket.IsUnderWay) return;
        bucket.Wait();
        bucket.ThrowIfFailed();
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
        foreach (var bucket in _buckets) bucket.Wait();
        foreach (var bucket in _buckets) bucket.ThrowIfFailed();
        _started = 0;
        Array.Clear(_marked);
        if (_tuner?.EndStep(_group) is not { } bytes) return;
        foreach (var bucket in _buckets) bucket.Dispose();
        _buckets = LayOut(bytes);
    }

    /// <summary>Waits for what is under way; then the memory is the caller's again.</summary>
    public void Dispose()
    {
        foreach (var bucket in _buckets)
        {
            bucket.Wait();
            bucket.Dispose();
        }
        _lanes.Dispose();
    }

    private Bucket<T>[] LayOut(int bucketBytes)
    {
        var buckets = new List<Bucket<T>>();
        var (start, length, parameters) = (0, 0, 0);
        for (var parameter = _gradients.Length - 1; parameter >= 0; parameter--)
        {
            _bucketOf[parameter] = buckets.Count;
            length += _gradients[parameter].Length;
            parameters++;
            var limit = buckets.Count == 0 ? Math.Min(_options.FirstBucketBytes, bucketBytes) : bucketBytes;
            if ((long)length * Unsafe.SizeOf<T>() < limit && parameter > 0) continue;
            var values = _values.Slice(start, length);
            var place = buckets.Count;
            buckets.Add(new(_lanes, _lanes[place], values, _reducer(length), parameters) { Tag = TagOf(place) });
            (start, length, parameters) = (start + length, 0, 0);
        }
        return [.. buckets];
    }

    private static CallLabel TagOf(int bucket) => new($"bucket {bucket}");

    private void CheckState(int length)
    {
        if (length != StateLength)
            throw new ArgumentException($"The state has {length} elements; that of these buckets has {StateLength}.");
    }

    private sealed class Accumulation(GradientBuckets<T> buckets) : IDisposable
    {
        private GradientBuckets<T>? _buckets = buckets;

        public void Dispose()
        {
            if (_buckets is { } opened) opened._unsynchronised--;
            _buckets = null;
        }
    }
}
