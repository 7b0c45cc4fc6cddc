using TuneGraph.Training;

namespace TuneGraph.Tests.Training;

/// <summary>Products of every form, as layers ask for them, beside sums in double.</summary>
internal static unsafe class ProductCheck
{
    private const double Tolerance = 1e-5;

    /// <summary>A product with bias and ReLU, and with its left side transposed; two in a batch.</summary>
    public static void Plain(Kernels<float> kernels, int rows, int columns, int depth, bool transposed)
    {
        int stride = Panels<float>.RoundUp(columns), strideA = Panels<float>.RoundUp(transposed ? rows : depth);
        var lengthA = (nint)strideA * (transposed ? depth : rows);
        using var a = Filled(kernels, 2 * lengthA, 1);
        using var b = Filled(kernels, (long)depth * stride, 2);
        using var scratch = kernels.Take<float>(kernels.ScratchLength);
        using var bias = Filled(kernels, stride, 3);
        using var c = Filled(kernels, 2L * rows * stride, 4);       // rubbish that must be overwritten
        kernels.Multiply(new Product<float>
        {
            Rows = rows,
            Columns = stride,
            Depth = depth,
            A = a.Pointer,
            RowStride = transposed ? 1 : strideA,
            DepthStride = transposed ? strideA : 1,
            B = b.Pointer,
            RowStrideB = stride,
            C = c.Pointer,
            RowStrideC = stride,
            PanelStrideC = Panels<float>.Width,
            Bias = bias.Pointer,
            Relu = transposed,
        }, new Repeats(1, 2) { StepA = (0, lengthA), StepC = (0, (nint)rows * stride) }, scratch.Pointer);
        c.Download();
        for (var i = 0; i < 2 * rows * stride; i++)
        {
            int batch = i / (rows * stride), row = i / stride % rows, column = i % stride;
            double sum = bias.Span[column];
            for (var k = 0; k < depth; k++)
            {
                var at = (int)(batch * lengthA) + (transposed ? (k * strideA) + row : (row * strideA) + k);
                sum += (double)a.Span[at] * b.Span[(k * stride) + column];
            }
            Assert.Equal(transposed ? Math.Max(0, sum) : sum, c.Span[i], Tolerance * Math.Sqrt(depth + 1));
        }
    }

    /// <summary>A product with the transpose of weights: columns past their rows become 0.</summary>
    public static void TransposedRight(Kernels<float> kernels, int rows, int columns, int depth)
    {
        int stride = Panels<float>.RoundUp(columns), filled = Panels<float>.RoundUp(depth);
        var width = kernels.KeepsPanels ? Panels<float>.Width : filled;
        using var a = Filled(kernels, (long)rows * filled, 1);
        using var w = Filled(kernels, (long)columns * filled, 2);
        using var c = kernels.Take<float>((long)rows * stride);
        using var scratch = kernels.Take<float>(kernels.ScratchLength);
        using var temporary = kernels.Take<float>(((long)filled * stride) + 64);
        kernels.MultiplyTransposed(new Product<float>
        {
            Rows = rows,
            Columns = stride,
            Depth = depth,
            A = a.Pointer,
            RowStride = filled,
            DepthStride = 1,
            B = w.Pointer,
            RowStrideB = width > Panels<float>.Width ? filled : 0,
            C = c.Pointer,
            RowStrideC = stride,
            PanelStrideC = Panels<float>.Width,
        }, columns, temporary.Pointer, scratch.Pointer);
        c.Download();
        for (var i = 0; i < rows * stride; i++)
        {
            var (row, column) = (i / stride, i % stride);
            var sum = 0.0;
            for (var k = 0; k < depth && column < columns; k++)
                sum += (double)a.Span[(row * filled) + k] * w.Span[(((k / width * columns) + column) * width) + (k % width)];
            Assert.Equal(sum, c.Span[i], Tolerance * Math.Sqrt(depth + 1));
        }
    }

    /// <summary>Sums of dot products over pairs, on top of what is there.</summary>
    public static void Dots(Kernels<float> kernels, int rows, int columns, int depth, int pairs)
    {
        int filled = Panels<float>.RoundUp(depth), stride = Panels<float>.RoundUp(columns);
        using var a = Filled(kernels, (long)pairs * rows * filled, 1);
        using var b = Filled(kernels, (long)pairs * columns * filled, 2);
        using var c = Filled(kernels, (long)rows * stride, 3);
        var before = c.Span.ToArray();
        kernels.Multiply(new DotProduct<float>
        {
            Rows = rows,
            Columns = columns,
            Depth = filled,
            A = a.Pointer,
            RowStrideA = filled,
            B = b.Pointer,
            RowStrideB = filled,
            C = c.Pointer,
            RowStrideC = stride,
            Scale = 0.5f,
            Pairs = pairs,
            PairStrideA = (nint)rows * filled,
            PairStrideB = (nint)columns * filled,
            Accumulate = true,
        });
        c.Download();
        for (var i = 0; i < rows * columns; i++)
        {
            var (row, column) = (i / columns, i % columns);
            var sum = 0.0;
            for (var k = 0; k < pairs * filled; k++)
            {
                var (pair, at) = (k / filled, k % filled);
                sum += (double)a.Span[(((pair * rows) + row) * filled) + at]
                    * b.Span[(((pair * columns) + column) * filled) + at];
            }
            var place = (row * stride) + column;
            Assert.Equal(before[place] + (0.5 * sum), c.Span[place], Tolerance * Math.Sqrt(pairs * filled));
        }
    }

    private static DeviceArray<float> Filled(Kernels<float> kernels, long length, int seed)
    {
        var array = kernels.Take<float>(length + 64);              // kernels may read up to a register too far
        var random = new Random(seed);
        foreach (ref var value in array.Span[..(int)length])
            value = (float)((2 * random.NextDouble()) - 1);
        array.Upload();
        return array;
    }
}
