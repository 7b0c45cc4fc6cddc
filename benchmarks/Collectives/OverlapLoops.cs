using System.Diagnostics;
using System.Numerics;
using TuneGraph.Collectives;

namespace TuneGraph.Benchmarks;

/// <summary>
/// Forward and backward pass of a three-layer perceptron on random numbers, by plain vector loops; the training
/// engine's kernels are faster, so its steps leave less to hide behind. The first layer's gradient is finished in
/// blocks of rows, each a parameter of its own, so that its exchange begins early too.
/// </summary>
internal sealed class OverlapLoops : IOverlapModel
{
    private static readonly int[] _widths = [784, 512, 256, 10];
    private const int FirstLayerBlocks = 7;

    private readonly ProcessGroup _group;
    private readonly int _batch;
    private readonly int _steps;
    private readonly int _turns;
    private readonly int _lanes;
    private readonly float[][] _activations; // [batch, width]
    private readonly float[][] _deltas; // [batch, width]
    private readonly float[][] _weights; // [in, out]

    internal OverlapLoops(ProcessGroup group, int batch, int steps, int turns, int lanes)
    {
        (_group, _batch, _steps, _turns, _lanes) = (group, batch, steps, turns, lanes);
        var random = new Random(1);
        _activations = [.. _widths.Select(width => Filled(batch * width))];
        _deltas = [.. _widths.Select(width => Filled(batch * width))];
        _weights = [.. Enumerable.Range(0, 3).Select(layer => Filled(_widths[layer] * _widths[layer + 1]))];

        float[] Filled(int length) =>
            [.. Enumerable.Range(0, length).Select(_ => (random.NextSingle() - 0.5f) * 0.1f)];
    }

    public void Train(int bucketKib, Action<OverlapTimes> onTurn)
    {
        var bytes = bucketKib == 0 ? int.MaxValue : bucketKib << 10;
        using var buckets = new GradientBuckets<float>(
            _group, ParameterLengths, new() { FirstBucketBytes = bytes, BucketBytes = bytes, Lanes = _lanes });
        for (var turn = 0; turn < _turns + 2; turn++)
        {
            double step = 0, backward = 0, exposed = 0;
            for (var i = 0; i < _steps; i++)
            {
                var start = Stopwatch.GetTimestamp();
                Forward();
                var middle = Stopwatch.GetTimestamp();
                Backward(buckets);
                var done = Stopwatch.GetTimestamp();
                buckets.Wait();
                exposed += Stopwatch.GetElapsedTime(done).TotalSeconds;
                backward += Stopwatch.GetElapsedTime(middle, done).TotalSeconds;
                step += Stopwatch.GetElapsedTime(start).TotalSeconds;
            }
            onTurn(new(step / _steps, backward / _steps, exposed / _steps, 0));
        }
    }

    /// <summary>The first layer in blocks, then the others.</summary>
    private static int[] ParameterLengths =>
    [
        .. Enumerable.Repeat(_widths[0] / FirstLayerBlocks * _widths[1], FirstLayerBlocks),
        _widths[1] * _widths[2],
        _widths[2] * _widths[3],
    ];

    private void Forward()
    {
        for (var layer = 0; layer < 3; layer++)
        {
            _activations[layer + 1].AsSpan().Clear();
            Multiply(_activations[layer], _weights[layer], _activations[layer + 1], _widths[layer]);
        }
    }

    /// <summary>Marks what is ready.</summary>
    private void Backward(GradientBuckets<float> buckets)
    {
        for (var layer = 2; layer > 0; layer--)
        {
            var parameter = FirstLayerBlocks + layer - 1;
            WeightGradient(layer, 0, _widths[layer], buckets.Gradient(parameter).Span);
            buckets.MarkReady(parameter);
            InputGradient(layer);
        }
        var rows = _widths[0] / FirstLayerBlocks;
        for (var block = FirstLayerBlocks - 1; block >= 0; block--)
        {
            WeightGradient(0, block * rows, rows, buckets.Gradient(block).Span);
            buckets.MarkReady(block);
        }
    }

    /// <summary>Z = X·W.</summary>
    private void Multiply(float[] x, float[] w, float[] z, int inputs)
    {
        var outputs = w.Length / inputs;
        for (var row = 0; row < _batch; row++)
        {
            var sums = z.AsSpan(row * outputs, outputs);
            for (var i = 0; i < inputs; i++) AddScaled(sums, w.AsSpan(i * outputs, outputs), x[(row * inputs) + i]);
        }
    }

    /// <summary>Rows of dW = Xᵀ·dZ.</summary>
    private void WeightGradient(int layer, int first, int rows, Span<float> gradient)
    {
        var (inputs, outputs) = (_widths[layer], _widths[layer + 1]);
        gradient.Clear();
        for (var i = 0; i < rows; i++)
        {
            var sums = gradient.Slice(i * outputs, outputs);
            for (var row = 0; row < _batch; row++)
                AddScaled(
                    sums, _deltas[layer + 1].AsSpan(row * outputs, outputs),
                    _activations[layer][(row * inputs) + first + i]);
        }
    }

    /// <summary>dX = dZ·Wᵀ.</summary>
    private void InputGradient(int layer)
    {
        var (inputs, outputs) = (_widths[layer], _widths[layer + 1]);
        for (var row = 0; row < _batch; row++)
        {
            var delta = _deltas[layer + 1].AsSpan(row * outputs, outputs);
            for (var i = 0; i < inputs; i++)
                _deltas[layer][(row * inputs) + i] = Dot(delta, _weights[layer].AsSpan(i * outputs, outputs));
        }
    }

    private static void AddScaled(Span<float> sums, ReadOnlySpan<float> values, float factor)
    {
        var i = 0;
        for (; i + Vector<float>.Count <= sums.Length; i += Vector<float>.Count)
        {
            var sum = new Vector<float>(sums[i..]) + (new Vector<float>(values[i..]) * factor);
            sum.CopyTo(sums[i..]);
        }
        for (; i < sums.Length; i++) sums[i] += values[i] * factor;
    }

    private static float Dot(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        var sum = Vector<float>.Zero;
        var i = 0;
        for (; i + Vector<float>.Count <= x.Length; i += Vector<float>.Count)
            sum += new Vector<float>(x[i..]) * new Vector<float>(y[i..]);
        var rest = Vector.Sum(sum);
        for (; i < x.Length; i++) rest += x[i] * y[i];
        return rest;
    }
}
