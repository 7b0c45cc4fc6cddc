using System.Numerics;
using TuneGraph.Training;

namespace TuneGraph.Tests.Training;

public sealed class SingleDistanceKernelTests : DistanceKernelSuite<float>
{
    private protected override double Tolerance => 4e-6;
}

public sealed class DoubleDistanceKernelTests : DistanceKernelSuite<double>
{
    private protected override double Tolerance => 1e-14;
}

/// <summary>Distances of k-means against sums of squared differences in double.</summary>
public abstract unsafe class DistanceKernelSuite<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Points = 203, Centres = 11, Width = 37;

    private protected abstract double Tolerance { get; }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Distances_are_those_of_the_definition_and_the_nearest_is_found(int threads)
    {
        using var team = new ThreadTeam(threads);
        var kernels = Kernels<T>.On(team);
        int stride = Panels<T>.RoundUp(Width), columns = Panels<T>.RoundUp(Centres);
        using var points = Random(Points, stride, 1);
        using var centres = Random(Centres, stride, 2);
        using var panels = new NativeArray<T>((long)stride * columns);
        for (var c = 0; c < Centres; c++)
        {
            for (var i = 0; i < Width; i++)
            {
                var panel = c / Panels<T>.Width * stride * Panels<T>.Width;
                panels.Span[panel + (i * Panels<T>.Width) + (c % Panels<T>.Width)] = centres.Span[(c * stride) + i];
            }
        }
        using var pointNorms = new NativeArray<T>(Points);
        using var centreNorms = new NativeArray<T>(columns);
        using var distances = new NativeArray<T>((long)Points * columns);
        using var scratch = new NativeArray<T>(kernels.ScratchLength);
        using var places = new NativeArray<int>(Points);
        using var smallest = new NativeArray<T>(Points);
        kernels.RowNorms(points.Pointer, stride, Points, stride, pointNorms.Pointer);
        kernels.RowNorms(centres.Pointer, stride, Centres, stride, centreNorms.Pointer);

        kernels.Distances(new Product<T>
        {
            Rows = Points,
            Depth = stride,
            Columns = columns,
            A = points.Pointer,
            RowStride = stride,
            DepthStride = 1,
            B = panels.Pointer,
            C = distances.Pointer,
            RowStrideC = columns,
            PanelStrideC = Panels<T>.Width,
        }, pointNorms.Pointer, centreNorms.Pointer, scratch.Pointer);
        kernels.Nearest(distances.Pointer, columns, Points, Centres, places.Pointer, smallest.Pointer);

        for (var p = 0; p < Points; p++)
        {
            var expected = Enumerable.Range(0, Centres).Select(c => Enumerable.Range(0, Width).Sum(i =>
                Math.Pow(ToDouble(points.Span[(p * stride) + i]) - ToDouble(centres.Span[(c * stride) + i]), 2)))
                .ToArray();
            for (var c = 0; c < Centres; c++)
                Assert.Equal(expected[c], ToDouble(distances.Span[(p * columns) + c]), Tolerance * Width);
            Assert.Equal(Array.IndexOf(expected, expected.Min()), places.Span[p]);
            Assert.Equal(distances.Span[(p * columns) + places.Span[p]], smallest.Span[p]);
        }
    }

    [Fact]
    public void Of_equal_distances_the_first_is_nearest()
    {
        using var distances = new NativeArray<T>(Panels<T>.Width);
        T[] values = [T.One, T.Zero, T.Zero];
        values.CopyTo(distances.Span);
        using var places = new NativeArray<int>(1);
        using var smallest = new NativeArray<T>(1);
        Kernels<T>.Best.Nearest(distances.Pointer, Panels<T>.Width, 1, 3, places.Pointer, smallest.Pointer);
        Assert.Equal(1, places.Span[0]);
    }

    private static NativeArray<T> Random(int rows, int stride, int seed)
    {
        var array = new NativeArray<T>((long)rows * stride);
        var random = new Random(seed);
        for (var row = 0; row < rows; row++)
        {
            for (var i = 0; i < Width; i++)
                array.Span[(row * stride) + i] = T.CreateTruncating((2 * random.NextDouble()) - 1);
        }
        return array;
    }

    private static double ToDouble(T value) => double.CreateTruncating(value);
}
