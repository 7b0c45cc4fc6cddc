using System.Numerics;
using TuneGraph.Training;

namespace TuneGraph.Tests.Training;

/// <summary>Rows, columns and width of a head: edges of registers, panels and blocks, and a long one.</summary>
public static class HeadShapes
{
    public static TheoryData<int, int, int> All => new()
    {
        { 64, 64, 8 }, { 10, 10, 5 }, { 70, 130, 17 }, { 3, 1, 64 }, { 7, 33, 1 }, { 20, 65, 80 },
    };
}

/// <summary>What the kernels for tokens and attention owe, whatever the width of registers.</summary>
public abstract unsafe class AttentionKernelSuite<T> : ImageKernelSuite<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Outer = 2, Inner = 3, Slack = 64;

    [Theory]
    [MemberData(nameof(HeadShapes.All), MemberType = typeof(HeadShapes))]
    public void Every_row_of_a_head_meets_every_row_of_the_other_side(int rows, int columns, int width)
    {
        int depth = Panels<T>.RoundUp(width), strideC = Panels<T>.RoundUp(columns), places = Inner * depth;
        using var a = Random((long)Outer * rows * places, 1);
        using var b = Random((long)Outer * columns * places, 2);
        for (var i = 0; i < b.Length; i++)
            b.Span[i] = i % depth < width ? b.Span[i] : T.Zero;                  // as far as it is filling
        using var c = new NativeArray<T>(((long)Outer * Inner * rows * strideC) + Slack);
        Kernels.Multiply(new DotProduct<T>
        {
            Rows = rows,
            Columns = columns,
            Depth = depth,
            TrueDepth = width,
            A = a.Pointer,
            RowStrideA = places,
            B = b.Pointer,
            RowStrideB = places,
            C = c.Pointer,
            RowStrideC = strideC,
            Scale = T.CreateTruncating(0.25),
            Pairs = 1,
        }, new Repeats(Outer, Inner)
        {
            StepA = (rows * places, depth),
            StepB = (columns * places, depth),
            StepC = (Inner * rows * strideC, rows * strideC),
        });
        var all = from outer in Enumerable.Range(0, Outer)
                  from inner in Enumerable.Range(0, Inner)
                  from row in Enumerable.Range(0, rows)
                  from column in Enumerable.Range(0, strideC)
                  select (outer, inner, row, column);
        foreach (var (outer, inner, row, column) in all)
        {
            var sum = column >= columns ? 0 : Enumerable.Range(0, width).Sum(k =>
                ToDouble(a.Span[(((outer * rows) + row) * places) + (inner * depth) + k])
                * ToDouble(b.Span[(((outer * columns) + column) * places) + (inner * depth) + k]));
            AssertNear(
                sum / 4, c.Span[(((((outer * Inner) + inner) * rows) + row) * strideC) + column], Math.Sqrt(width) * 2);
        }
        Assert.All(c.Span[^Slack..].ToArray(), value => Assert.Equal(T.Zero, value));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(9)]
    [InlineData(16)]
    [InlineData(70)]
    public void A_token_of_a_causal_softmax_sees_itself_and_what_stands_before_it(int size)
    {
        var stride = Panels<T>.RoundUp(size);
        using var logits = Random(3L * size * stride, 3);
        var before = logits.Span.ToArray().Select(ToDouble).ToArray();
        Kernels.CausalSoftmax(logits.Pointer, 3, size, stride);
        for (var row = 0; row < 3 * size; row++)
        {
            var seen = (row % size) + 1;
            var sum = Enumerable.Range(row * stride, seen).Sum(i => Math.Exp(before[i]));
            for (var column = 0; column < stride; column++)
            {
                var at = (row * stride) + column;
                AssertNear(column < seen ? Math.Exp(before[at]) / sum : 0, logits.Span[at], 1);
            }
        }
    }

    [Theory]
    [InlineData(5, 3)]
    [InlineData(40, 33)]
    public void The_gradient_of_a_softmax_is_that_of_its_definition(int rows, int count)
    {
        var stride = Panels<T>.RoundUp(count);
        using var shares = Random((long)rows * stride, 4);
        using var gradient = Random((long)rows * stride, 5);
        Kernels.Softmax(shares.Pointer, rows, stride, count, null, null);
        var before = gradient.Span.ToArray().Select(ToDouble).ToArray();
        Kernels.SoftmaxGradient(gradient.Pointer, shares.Pointer, rows, stride, count, T.CreateTruncating(0.5));
        for (var at = 0; at < rows * stride; at++)
        {
            var start = at / stride * stride;
            var sum = Enumerable.Range(start, count).Sum(i => before[i] * ToDouble(shares.Span[i]));
            var expected = at - start < count ? (before[at] - sum) * ToDouble(shares.Span[at]) / 2 : 0;
            AssertNear(expected, gradient.Span[at], 4);
        }
    }

    [Fact]
    public void Tokens_of_features_and_their_mean_have_the_gradients_of_their_definitions()
    {
        const int Samples = 3, Tokens = 5, FeatureStride = 16;
        var stride = 2 * Panels<T>.Width;
        int length = Tokens * stride, all = Samples * length;
        using var features = Random(Samples * FeatureStride, 6);
        using var weights = Random(length, 7);
        using var biases = Random(length, 8);
        using var tokens = Random(all, 9);
        Kernels.Spread(features.Pointer, Samples, FeatureStride, Tokens, weights.Pointer, biases.Pointer, stride,
            tokens.Pointer);
        double Feature(int sample, int at) => ToDouble(features.Span[(sample * FeatureStride) + (at / stride)]);
        for (var i = 0; i < all; i++)
        {
            AssertNear((Feature(i / length, i % length) * ToDouble(weights.Span[i % length]))
                + ToDouble(biases.Span[i % length]), tokens.Span[i], 2);
        }
        using var mean = Random(Samples * stride, 10);
        Kernels.TokenMean(tokens.Pointer, Samples, Tokens, stride, mean.Pointer);
        for (var i = 0; i < Samples * stride; i++)
        {
            AssertNear(Enumerable.Range(0, Tokens).Average(token =>
                ToDouble(tokens.Span[(i / stride * length) + (token * stride) + (i % stride)])), mean.Span[i], 4);
        }
        Kernels.TokenMeanGradient(mean.Pointer, Samples, Tokens, stride, tokens.Pointer);
        for (var i = 0; i < all; i++)
            AssertNear(ToDouble(mean.Span[(i / length * stride) + (i % stride)]) / Tokens, tokens.Span[i], 1);

        using var weightGradient = Random(length, 11);
        using var biasGradient = Random(length, 12);
        using var featureGradient = Random(Samples * FeatureStride, 13);
        Kernels.SpreadGradient(features.Pointer, Samples, FeatureStride, Tokens, tokens.Pointer, weights.Pointer,
            stride, weightGradient.Pointer, biasGradient.Pointer, featureGradient.Pointer);
        double Gradient(int sample, int at) => ToDouble(tokens.Span[(sample * length) + at]);
        for (var at = 0; at < length; at++)
        {
            var samples = Enumerable.Range(0, Samples);
            AssertNear(samples.Sum(s => Gradient(s, at) * Feature(s, at)), weightGradient.Span[at], 4);
            AssertNear(samples.Sum(s => Gradient(s, at)), biasGradient.Span[at], 4);
        }
        for (var i = 0; i < Samples * Tokens; i++)
        {
            var (sample, token) = Math.DivRem(i, Tokens);
            var places = Enumerable.Range(token * stride, stride);
            var sum = places.Sum(at => Gradient(sample, at) * ToDouble(weights.Span[at]));
            AssertNear(sum, featureGradient.Span[(sample * FeatureStride) + token], 8);
        }
    }
}
