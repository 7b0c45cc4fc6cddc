using System.Numerics;
using TuneGraph.Training;

namespace TuneGraph.Tests.Training;

/// <summary>Rows, columns and depth: edges of tiles, panels and blocks.</summary>
public static class ProductShapes
{
    public static TheoryData<int, int, int> All => new()
    {
        { 1, 1, 1 }, { 5, 16, 3 }, { 6, 17, 64 }, { 7, 32, 383 }, { 32, 128, 64 }, { 33, 10, 128 }, { 121, 48, 385 },
        { 250, 100, 5 }, { 64, 10, 0 }, { 13, 80, 1000 }, { 9, 300, 1100 }, { 20, 10, 30 }, { 500, 40, 700 },
    };

    /// <summary>Large enough to be divided: more rows, more columns, few of either, deep.</summary>
    public static TheoryData<int, int, int> Divided => new()
    {
        { 128, 300, 100 }, { 301, 64, 100 }, { 700, 10, 60 }, { 7, 2000, 40 }, { 40, 160, 1500 },
    };
}

/// <summary>What every register width and number type owes; run on any processor, in software if need be.</summary>
public abstract unsafe class KernelSuite<T> : AttentionKernelSuite<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The same on a team of threads.</summary>
    private protected abstract Kernels<T> On(ThreadTeam team);

    [Theory]
    [MemberData(nameof(ProductShapes.All), MemberType = typeof(ProductShapes))]
    public void A_product_with_bias_equals_the_sum_in_double(int rows, int columns, int depth) =>
        CheckProduct(rows, columns, depth, transposed: false, relu: false);

    [Theory]
    [MemberData(nameof(ProductShapes.All), MemberType = typeof(ProductShapes))]
    public void A_product_with_bias_and_relu_equals_the_sum_in_double(int rows, int columns, int depth) =>
        CheckProduct(rows, columns, depth, transposed: false, relu: true);

    [Theory]
    [MemberData(nameof(ProductShapes.All), MemberType = typeof(ProductShapes))]
    public void A_product_with_a_transposed_left_side_equals_the_sum_in_double(int rows, int columns, int depth) =>
        CheckProduct(rows, columns, depth, transposed: true, relu: false);

    [Fact]
    public void Transposed_panels_hold_the_transposed_matrix()
    {
        const int Depth = 37, Columns = 53;
        var width = Panels<T>.Width;
        using var source = Random((long)Depth * Panels<T>.RoundUp(Columns), 3);
        using var target = new NativeArray<T>((long)Panels<T>.RoundUp(Depth) * Columns);
        Panels<T>.Transpose(source.Pointer, Depth, Columns, target.Pointer);
        for (var k = 0; k < Depth; k++)
        {
            for (var c = 0; c < Columns; c++)
            {
                Assert.Equal(
                    source.Span[(((c / width * Depth) + k) * width) + (c % width)],
                    target.Span[(((k / width * Columns) + c) * width) + (k % width)]);
            }
        }
    }

    [Fact]
    public void Tanh_and_its_derivative_are_those_of_the_runtime()
    {
        using var z = Ramp(-12, 12);
        using var derivative = new NativeArray<T>(z.Length);
        var inputs = z.Span.ToArray();
        Kernels.Tanh(z.Pointer, derivative.Pointer, (nint)z.Length);
        for (var i = 0; i < inputs.Length; i++)
        {
            var tanh = Math.Tanh(ToDouble(inputs[i]));
            AssertNear(tanh, z.Span[i], Math.Abs(tanh));
            AssertNear(1 - (tanh * tanh), derivative.Span[i], 1);
        }
    }

    /// <summary>x, x Φ(x), Φ(x) + x φ(x): computed with mpmath 1.3 at 40 digits.</summary>
    private static readonly double[,] _gelu =
    {
        { -12.0, -2.1317785344932148e-32, -2.55789566167489562e-31 },
        { -5.0, -1.43325785939596956e-6, -7.14694600179229463e-6 },
        { -3.0, -4.04969409489028358e-3, -0.011945647204183927 },
        { -1.5, -0.100210801903287099, -0.127469192229979525 },
        { -0.5, -0.154268769362993448, 0.132504875343837157 },
        { -0.125, -0.0562827218962358884, 0.400782064301793422 },
        { 0.0, 0.0, 0.5 },
        { 0.125, 0.0687172781037641116, 0.599217935698206578 },
        { 0.5, 0.345731230637006552, 0.867495124656162843 },
        { 1.0, 0.841344746068542949, 1.0833154705876863 },
        { 2.0, 1.95449973610364159, 1.0852318010781969 },
        { 4.0, 3.99987331503266752, 1.00050364966122642 },
        { 8.0, 7.99999999999999502, 1.0000000000000398 },
    };

    [Fact]
    public void Gelu_and_its_derivative_are_the_exact_ones()
    {
        using var z = new NativeArray<T>(Panels<T>.RoundUp(_gelu.GetLength(0)));
        using var derivative = new NativeArray<T>(z.Length);
        for (var i = 0; i < _gelu.GetLength(0); i++)
            z.Span[i] = T.CreateTruncating(_gelu[i, 0]);
        Kernels.Gelu(z.Pointer, derivative.Pointer, (nint)z.Length);
        for (var i = 0; i < _gelu.GetLength(0); i++)
        {
            // Φ(-12) is relatively less exact: exp(-72) multiplies the rounding of its argument by 72.
            AssertNear(_gelu[i, 1], z.Span[i], 20 * Math.Abs(_gelu[i, 1]));
            AssertNear(_gelu[i, 2], derivative.Span[i], 1);
        }
    }

    [Fact]
    public void Softmax_gives_probabilities_the_loss_and_the_hits()
    {
        const int Rows = 7, Classes = 10;
        var stride = Panels<T>.RoundUp(Classes);
        using var logits = Random((long)Rows * stride, 5);
        logits.Span[0] = T.CreateTruncating(-200);           // far below 0: must not vanish against the padding
        logits.Span.Slice(0, Classes).Fill(T.CreateTruncating(-200));
        logits.Span[stride] = T.CreateTruncating(90);        // exp(90) is too large for a float
        using var labels = new NativeArray<int>(Rows);
        for (var row = 0; row < Rows; row++)
            labels.Span[row] = row;
        var (expectedLoss, expectedHits, expected) = Reference(logits.Span, labels.Span, stride, Classes);

        using var tally = new NativeArray<double>(2);
        Kernels.Softmax(logits.Pointer, Rows, stride, Classes, labels.Pointer, tally.Pointer);

        Assert.Equal(expectedLoss, tally.Span[0], Tolerance * 100);
        Assert.Equal(expectedHits, tally.Span[1]);
        for (var i = 0; i < Rows * stride; i++)
            AssertNear(expected[i], logits.Span[i], 1);
        Kernels.CrossEntropyGradient(logits.Pointer, Rows, stride, labels.Pointer, T.CreateTruncating(0.25));
        for (var i = 0; i < Rows * stride; i++)
            AssertNear(0.25 * (expected[i] - (i % stride == labels.Span[i / stride] ? 1 : 0)), logits.Span[i], 1);
    }

    [Fact]
    public void A_logit_that_is_not_a_number_shows_in_the_loss()
    {
        var stride = Panels<T>.RoundUp(3);
        using var logits = Random(stride, 5);
        logits.Span[1] = T.NaN;
        using var labels = new NativeArray<int>(1);
        using var tally = new NativeArray<double>(2);
        Kernels.Softmax(logits.Pointer, 1, stride, 3, labels.Pointer, tally.Pointer);
        Assert.True(double.IsNaN(tally.Span[0]));
    }

    [Fact]
    public void Squared_error_sums_the_squares_and_leaves_their_gradient()
    {
        var stride = Panels<T>.Width;
        using var outputs = new NativeArray<T>(3 * stride);
        using var targets = new NativeArray<float>(3);
        for (var row = 0; row < 3; row++)
        {
            outputs.Span[row * stride] = T.CreateTruncating(row + 0.5);
            targets.Span[row] = 2;
        }
        using var tally = new NativeArray<double>(2);
        Kernels.SquaredError(
            outputs.Pointer, 3, stride, targets.Pointer, T.CreateTruncating(0.5), tally.Pointer);
        Assert.Equal((1.5 * 1.5) + (0.5 * 0.5) + (0.5 * 0.5), tally.Span[0]);
        Assert.Equal(
            [-1.5, -0.5, 0.5], Enumerable.Range(0, 3).Select(row => ToDouble(outputs.Span[row * stride])).ToArray());
    }

    [Fact]
    public void Column_sums_and_masks_do_what_their_names_say()
    {
        var columns = 2 * Panels<T>.Width;
        using var values = Random(5L * columns, 8);
        using var sums = new NativeArray<T>(columns);
        Kernels.ColumnSums(values.Pointer, 5, columns, sums.Pointer);
        for (var c = 0; c < columns; c++)
            AssertNear(Enumerable.Range(0, 5).Sum(row => ToDouble(values.Span[(row * columns) + c])), sums.Span[c], 5);

        using var gradient = Random(columns, 9);
        var before = gradient.Span.ToArray();
        Kernels.MaskRelu(gradient.Pointer, values.Pointer, T.CreateTruncating(2), columns);
        for (var c = 0; c < columns; c++)
            Assert.Equal(values.Span[c] > T.Zero ? before[c] + before[c] : T.Zero, gradient.Span[c]);
        Kernels.Multiply(gradient.Pointer, values.Pointer, columns);
        for (var c = 0; c < columns; c++)
            Assert.Equal(values.Span[c] > T.Zero ? (before[c] + before[c]) * values.Span[c] : T.Zero, gradient.Span[c]);
    }

    /// <summary>Bits must not depend on the register width where no sum runs across lanes.</summary>
    [Fact]
    public void Products_and_updates_have_the_same_bits_as_with_the_narrowest_registers()
    {
        var narrow = new VectorKernels<T, System.Runtime.Intrinsics.Vector128<T>, Lanes128<T>>(ThreadTeam.Alone);
        Assert.Equal(
            Multiply(narrow, 40, 36, 500, transposed: true, relu: false),
            Multiply(Kernels, 40, 36, 500, transposed: true, relu: false));
        Assert.Equal(Update(narrow), Update(Kernels));
    }

    [Theory]
    [MemberData(nameof(ProductShapes.Divided), MemberType = typeof(ProductShapes))]
    public void Any_number_of_threads_gives_the_bits_of_one(int rows, int columns, int depth)
    {
        foreach (var threads in (int[])[2, 3])
        {
            using var team = new ThreadTeam(threads);
            var kernels = On(team);
            foreach (var transposed in (bool[])[false, true])
            {
                Assert.Equal(
                    Multiply(Kernels, rows, columns, depth, transposed, relu: true),
                    Multiply(kernels, rows, columns, depth, transposed, relu: true));
            }
        }
    }

    private static T[] Update(Kernels<T> kernels)
    {
        const int Count = 64;
        using var w = Random(Count, 1);
        using var g = Random(Count, 2);
        using var m = Random(Count, 3);
        using var v = new NativeArray<T>(Count);
        var spec = new OptimizerSpec { Kind = OptimizerKind.AdamW, WeightDecay = 0.1 };
        kernels.Adam(w.Pointer, g.Pointer, m.Pointer, v.Pointer, Count, spec, 1e-3, 3);
        kernels.Sgd(w.Pointer, g.Pointer, m.Pointer, Count, spec with { Nesterov = true }, 1e-3);
        return w.Span.ToArray();
    }

    private void CheckProduct(int rows, int columns, int depth, bool transposed, bool relu)
    {
        var actual = Multiply(Kernels, rows, columns, depth, transposed, relu);
        using var a = Random((long)rows * depth, 1);
        using var b = Random((long)depth * Panels<T>.RoundUp(columns), 2);
        using var bias = Random(Panels<T>.RoundUp(columns), 3);
        var (width, stride) = (Panels<T>.Width, Panels<T>.RoundUp(columns));
        for (var r = 0; r < rows; r++)
        {
            for (var c = 0; c < stride; c++)
            {
                var sum = ToDouble(bias.Span[c]);
                for (var k = 0; k < depth; k++)
                {
                    sum += ToDouble(a.Span[transposed ? (k * rows) + r : (r * depth) + k])
                        * ToDouble(b.Span[(((c / width * depth) + k) * width) + (c % width)]);
                }
                AssertNear(relu ? Math.Max(0, sum) : sum, actual[(r * stride) + c], Math.Sqrt(depth + 1) * 4);
            }
        }
    }

    private static T[] Multiply(Kernels<T> kernels, int rows, int columns, int depth, bool transposed, bool relu)
    {
        var stride = Panels<T>.RoundUp(columns);
        using var a = Random((long)rows * depth, 1);
        using var b = Random((long)depth * stride, 2);
        using var bias = Random(stride, 3);
        using var c = Random((long)rows * stride, 4);        // rubbish that must be overwritten
        using var scratch = new NativeArray<T>(kernels.ScratchLength);
        kernels.Multiply(new Product<T>
        {
            Rows = rows,
            Columns = stride,
            Depth = depth,
            A = a.Pointer,
            RowStride = transposed ? 1 : depth,
            DepthStride = transposed ? rows : 1,
            B = b.Pointer,
            C = c.Pointer,
            RowStrideC = stride,
            PanelStrideC = Panels<T>.Width,
            Bias = bias.Pointer,
            Relu = relu,
        }, scratch.Pointer);
        return c.Span.ToArray();
    }

    private static (double Loss, int Hits, double[] Probabilities) Reference(
        Span<T> logits, Span<int> labels, int stride, int classes)
    {
        var probabilities = new double[logits.Length];
        var loss = 0.0;
        var hits = 0;
        for (var row = 0; row < labels.Length; row++)
        {
            var z = logits.Slice(row * stride, classes).ToArray().Select(ToDouble).ToArray();
            var logSum = z.Max() + Math.Log(z.Sum(x => Math.Exp(x - z.Max())));
            loss += logSum - z[labels[row]];
            hits += Array.IndexOf(z, z.Max()) == labels[row] ? 1 : 0;
            for (var c = 0; c < classes; c++)
                probabilities[(row * stride) + c] = Math.Exp(z[c] - logSum);
        }
        return (loss, hits, probabilities);
    }

    private static NativeArray<T> Ramp(double from, double to)
    {
        var array = new NativeArray<T>(4096);
        for (var i = 0; i < array.Length; i++)
            array.Span[i] = T.CreateTruncating(from + ((to - from) * i / (array.Length - 1)));
        return array;
    }
}
