using System.Numerics;
using TuneGraph.Collectives;

namespace TuneGraph.Training;

/// <summary>
/// What a pass over the rows leaves of each cluster: the sum of its rows, their number, what their classes or targets
/// are, and the cost. Integers of a fixed scale, so that the order of adding means nothing.
/// </summary>
internal sealed class ClusterTotals
{
    private readonly int _clusters, _features, _outputs;
    private readonly FixedPoint _values, _squares, _targets;
    private readonly long[] _all;
    private readonly float[] _block;

    /// <param name="data">The train rows of all ranks.</param>
    /// <param name="clusters">Number of centres.</param>
    public ClusterTotals(Dataset data, int clusters)
    {
        (_clusters, _features, _outputs) = (clusters, data.Features, data.Schema.Outputs);
        double largest = 0, largestTarget = 0;
        foreach (var value in data.Inputs)
            largest = Math.Max(largest, Math.Abs(value));
        foreach (var target in data.Targets)
            largestTarget = Math.Max(largestTarget, Math.Abs(target));
        _values = new FixedPoint(largest, data.Rows);
        _squares = new FixedPoint(4 * largest * largest * _features, data.Rows);
        _targets = new FixedPoint(largestTarget, data.Rows);
        _all = new long[(clusters * (_features + 1 + _outputs)) + 1];
        _block = new float[clusters * _features];
    }

    /// <summary>Longs that ranks exchange.</summary>
    public int Length => _all.Length;

    /// <summary>Σ of the rows' squared distances to their centres.</summary>
    public double Cost => _squares.Back(_all[^1]);

    private Span<long> Sums => _all.AsSpan(0, _clusters * _features);
    private Span<long> Counts => _all.AsSpan(_clusters * _features, _clusters);
    private Span<long> Heads => _all.AsSpan(_clusters * (_features + 1), _clusters * _outputs);

    public void Clear() => Array.Clear(_all);

    public void AllReduce(ProcessGroup group) => group.AllReduce(_all.AsSpan());

    public long CountOf(int cluster) => Counts[cluster];

    /// <summary>
    /// Adds consecutive rows: in float32, in the order of the rows, then once to the exact sums. Which rows stand
    /// together must not depend on the world size.
    /// </summary>
    public void Add(Dataset data, ReadOnlySpan<int> rows, ReadOnlySpan<int> nearest, ReadOnlySpan<float> distances)
    {
        Array.Clear(_block);
        var cost = 0.0;
        for (var i = 0; i < rows.Length; i++)
        {
            var cluster = nearest[i];
            var row = data.Row(rows[i]);
            AddRow(row, _block.AsSpan(cluster * _features, _features));
            cost += distances[i];
            Counts[cluster]++;
            if (data.Labels.IsEmpty)
                Heads[cluster] += _targets.Of(data.Targets[rows[i]]);
            else
                Heads[(cluster * _outputs) + data.Labels[rows[i]]]++;
        }
        var sums = Sums;
        for (var i = 0; i < sums.Length; i++)
        {
            if (_block[i] != 0)
                sums[i] += _values.Of(_block[i]);
        }
        _all[^1] += _squares.Of(cost);
    }

    /// <summary>Moves one row out of its cluster to be the only one of another.</summary>
    public void Move(ReadOnlySpan<float> row, int from, int to)
    {
        for (var f = 0; f < _features; f++)
        {
            var value = _values.Of(row[f]);
            Sums[(from * _features) + f] -= value;
            Sums[(to * _features) + f] = value;
        }
        Counts[from]--;
        Counts[to] = 1;
    }

    /// <summary>The mean of each cluster's rows; an empty cluster keeps its centre.</summary>
    public void Means(Span<float> centres)
    {
        for (var j = 0; j < _clusters; j++)
        {
            for (var f = 0; Counts[j] > 0 && f < _features; f++)
                centres[(j * _features) + f] = (float)(_values.Back(Sums[(j * _features) + f]) / Counts[j]);
        }
    }

    /// <summary>
    /// Sculley 2010, Algorithm 1, lines 9 to 12: a step towards each row at the rate 1 / rows seen is the mean of all
    /// rows seen, in any order.
    /// </summary>
    /// <param name="centres">[clusters, features], changed.</param>
    /// <param name="seen">Rows seen per cluster, changed.</param>
    public void Learn(Span<float> centres, Span<long> seen)
    {
        for (var j = 0; j < _clusters; j++)
        {
            var before = seen[j];
            seen[j] += Counts[j];
            for (var f = 0; Counts[j] > 0 && f < _features; f++)
            {
                ref var c = ref centres[(j * _features) + f];
                c = (float)(((c * (double)before) + _values.Back(Sums[(j * _features) + f])) / seen[j]);
            }
        }
    }

    /// <summary>Mean variance of the features over all rows.</summary>
    /// <param name="rows">Their number.</param>
    /// <param name="squares">Σ ‖x‖² as <see cref="Exact"/> has it.</param>
    public double Variance(int rows, long squares)
    {
        var variance = _squares.Back(squares) / rows;
        for (var f = 0; f < _features; f++)
        {
            var sum = 0L;
            for (var j = 0; j < _clusters; j++)
                sum += Sums[(j * _features) + f];
            var mean = _values.Back(sum) / rows;
            variance -= mean * mean;
        }
        return variance / _features;
    }

    /// <summary>
    /// [outputs, clusters]: per cluster the logarithms of its classes' shares, each class counted once more than it
    /// occurs, or the mean of its targets.
    /// </summary>
    public void Head(Span<float> weights)
    {
        for (var j = 0; j < _clusters; j++)
        {
            for (var o = 0; o < _outputs; o++)
            {
                var total = Heads[(j * _outputs) + o];
                weights[(o * _clusters) + j] = _outputs > 1
                    ? (float)Math.Log((total + 1.0) / (Counts[j] + _outputs))
                    : Counts[j] > 0 ? (float)(_targets.Back(total) / Counts[j]) : 0;
            }
        }
    }

    /// <summary>A square on the scale of the cost.</summary>
    public long Exact(double square) => _squares.Of(square);

    private static void AddRow(ReadOnlySpan<float> row, Span<float> sums)
    {
        var i = 0;
        for (; i <= row.Length - Vector<float>.Count; i += Vector<float>.Count)
            (new Vector<float>(sums[i..]) + new Vector<float>(row[i..])).CopyTo(sums[i..]);
        for (; i < row.Length; i++)
            sums[i] += row[i];
    }
}
