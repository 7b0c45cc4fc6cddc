using System.Collections.Immutable;

namespace TuneGraph.Collectives;

/// <summary>
/// Tries bucket sizes in the first steps of a training and keeps the one with the shortest step, as Horovod tunes its
/// fusion buffer; the sums do not depend on it but for rounding. All ranks decide alike: a size counts as long as its
/// slowest rank took.
/// </summary>
internal sealed class BucketTuner
{
    // The first step of a layout finds cold caches and memory never touched.
    private const int WarmUpSteps = 1;

    private readonly TimeProvider _clock;
    private readonly int _steps;
    private readonly ImmutableArray<int> _candidates;
    private readonly double[] _best;
    private int _candidate;
    private int _step;
    private long _since;

    private BucketTuner(BucketOptions options, ImmutableArray<int> candidates)
    {
        _clock = options.TimeProvider;
        _steps = options.TuningSteps;
        _candidates = candidates;
        _best = new double[candidates.Length];
        Array.Fill(_best, double.MaxValue);
    }

    internal bool IsOver => _candidate == _candidates.Length;

    /// <summary>Null where there is nothing to tune. The first candidate is the layout that was asked for.</summary>
    internal static BucketTuner? For(BucketOptions options, long bytes, int stateLength)
    {
        if (options.TuningSteps == 0) return null;
        if (stateLength > 0)
            throw new ArgumentException(
                $"Bucket sizes cannot be tuned with reducers that keep state ({stateLength} numbers): it belongs to a "
                + "layout. Set TuningSteps to 0 or use DenseReducer.",
                nameof(options));
        int[] sizes = [256 << 10, 512 << 10, 1 << 20, 2 << 20, 4 << 20, 8 << 20, 16 << 20, 25 << 20, 64 << 20];
        var useful = sizes.Where(size => size < bytes).Append((int)Math.Min(int.MaxValue, Math.Max(bytes, 4)));
        return new(options, [options.BucketBytes, .. useful.Where(size => size != options.BucketBytes)]);
    }

    /// <summary>After every step: the bucket size to change to, or null to stay.</summary>
    internal int? EndStep(ProcessGroup group)
    {
        if (IsOver) return null;
        var now = _clock.GetTimestamp();
        // Shortest, not mean: what disturbs a step only ever makes it longer.
        if (_step > WarmUpSteps)
            _best[_candidate] = Math.Min(_best[_candidate], _clock.GetElapsedTime(_since, now).TotalSeconds);
        _since = now;
        if (++_step <= WarmUpSteps + _steps) return null;
        _step = 0;
        if (++_candidate < _candidates.Length) return _candidates[_candidate];
        group.AllReduce(_best, ReduceOp.Max);
        return _candidates[Array.IndexOf(_best, _best.Min())];
    }
}
