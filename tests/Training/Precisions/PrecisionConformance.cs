using TuneGraph.Training;

namespace TuneGraph.Tests.Training;

/// <summary>
/// What every device owes in 16 bits: the numbers of the CPU, which rounds at the same places, but where a last digit
/// of float32 decides to which side.
/// </summary>
public abstract unsafe class PrecisionConformance
{
    private protected abstract Kernels<float> Open(Precision precision);

    /// <summary>What a number takes in 16 bits.</summary>
    private protected virtual int BytesOfValue => 2;

    public static TheoryData<string, Precision> Models
    {
        get
        {
            var rows = new TheoryData<string, Precision>();
            foreach (var name in LayerGradientTests.Models.Keys)
            {
                rows.Add(name, Precision.BFloat16);
                rows.Add(name, Precision.Float16);
            }
            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void A_model_has_the_gradient_of_the_cpu_and_nearly_that_of_float64(string name, Precision precision)
    {
        var model = new LayeredSpec { List = [.. LayerGradientTests.Models[name], LayerGradientTests.Linear(4)] };
        var data = SyntheticData.Classes(5, 6, 4);
        using var reference = new RoundedKernels(Kernels<float>.Best, precision);
        using var kernels = Open(precision);
        var (cpuLoss, cpu) = Differentiate(model, data, reference);
        var (loss, device) = Differentiate(model, data, kernels);
        var (exactLoss, exact) = Differentiate(model, data, Kernels<double>.Best);
        var digit = precision == Precision.BFloat16 ? Math.Pow(2, -8) : Math.Pow(2, -11);
        Assert.Equal(cpuLoss, loss, 4 * digit);
        Assert.Equal(exactLoss, loss, 8 * digit);
        // A digit more or less may let another unit win a pool or pass a ReLU, so only the whole is near.
        Assert.InRange(Distance(cpu, device), 0, 8 * digit);
        Assert.InRange(Distance(exact, device), 0, 40 * digit);
        Assert.Contains(exact.Zip(device), pair => pair.First != pair.Second);
    }

    [Theory]
    [InlineData(Precision.Float32, 0)]
    [InlineData(Precision.BFloat16, 1)]
    public void Memory_of_parameters_counts_their_copies(Precision precision, int copies)
    {
        var data = SyntheticData.Classes(5, 6, 4);
        using var kernels = Open(precision);
        using var network = Nets.Make(
            new LayeredSpec { List = [LayerGradientTests.Linear(4)] }, data, 5, kernels: kernels);
        Assert.Equal(network.Plan.Length * (sizeof(float) + (copies * BytesOfValue)), network.ParameterBytes);
    }

    [Theory]
    [InlineData(Precision.BFloat16)]
    [InlineData(Precision.Float16)]
    public void Values_between_layers_are_rounded_and_sums_are_not(Precision precision)
    {
        using var kernels = Open(precision);
        using var wide = kernels.Take<float>(64);
        using var narrow = kernels.TakeValues(64);
        using var sums = kernels.Take<float>(16);
        for (var i = 0; i < 64; i++)
            wide.Span[i] = i % 16 == 0 ? 1 + (i / 16 / 16384f) : float.MaxValue;
        wide.Upload();
        kernels.Copy(wide.Pointer, narrow.Pointer, 64);
        kernels.ColumnSums(wide.Pointer, 4, 16, sums.Pointer);
        kernels.Copy(narrow.Pointer, wide.Pointer, 64);
        wide.Download();
        sums.Download();
        Assert.Equal([1f, 1f, 1f, 1f], Enumerable.Range(0, 4).Select(row => wide.Span[16 * row]).ToArray());
        Assert.Equal(float.PositiveInfinity, wide.Span[1]);
        Assert.Equal(4 + (6 / 16384f), sums.Span[0]);
        Assert.Equal(precision, kernels.Precision);
    }

    [Theory]
    [InlineData(Precision.BFloat16)]
    [InlineData(Precision.Float16)]
    public void A_network_on_indices_keeps_them_whole(Precision precision)
    {
        var model = new LayeredSpec
        {
            List = [new EmbeddingSpec { Count = 5000, Width = 3 }, new FlattenSpec(), LayerGradientTests.Linear(2)],
        };
        var plain = SyntheticData.Classes(4, 2, 2);
        var data = Dataset.ForClassification(
            plain.Schema, (float[])[4999, 2049, 4097, 1001, 4999, 0, 257, 513], plain.Labels);
        using var kernels = Open(precision);
        var (_, gradient) = Differentiate(model, data, kernels);
        using var network = Nets.Make<float>(model, data, 3);
        var table = network.Plan.Parameters[0];
        foreach (var index in (int[])[4999, 2049, 4097, 1001, 0, 257, 513])
            Assert.Contains(Enumerable.Range(0, 3), column => gradient[(index * 3) + column] != 0);
        Assert.Equal(5000, table.Rows);
    }

    /// <summary>Loss, and all true elements of the gradient, of the second of two passes.</summary>
    private static (double Loss, double[] Gradient) Differentiate<T>(ModelSpec model, Dataset data, Kernels<T> kernels)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        using var network = Nets.Make(model, data, 3, kernels: kernels);
        int[] rows = [.. Enumerable.Range(0, data.Rows)];
        for (var step = 0; step < 2; step++)
        {
            network.TakeLoss();
            network.Step(data, rows, 1.0 / rows.Length, new DropoutMask(5, 2, 100));
        }
        var loss = network.TakeLoss() / rows.Length;
        network.Gradient.Download();
        var arena = network.Gradient.Span.ToArray();
        return (loss, [.. GradientCheck.TrueElements(network.Plan).Select(i => double.CreateTruncating(arena[i]))]);
    }

    private static double Distance(double[] expected, double[] actual) =>
        Norm([.. expected.Zip(actual, (a, b) => a - b)]) / Norm(expected);

    private static double Norm(double[] values) => Math.Sqrt(values.Sum(value => value * value));
}

public sealed class CpuPrecisionTests : PrecisionConformance
{
    private protected override int BytesOfValue => sizeof(float);

    private protected override Kernels<float> Open(Precision precision) =>
        precision == Precision.Float32 ? Kernels<float>.Best : new RoundedKernels(Kernels<float>.Best, precision);
}

public sealed class SimulatorPrecisionTests : PrecisionConformance
{
    private protected override Kernels<float> Open(Precision precision) =>
        new GpuKernels(TestDevices.Simulator, precision: precision);

    [Fact]
    public void Sixteen_bits_take_half_the_memory()
    {
        const long Count = 8 << 20;
        var pool = TestDevices.Simulator.Pool;
        long Rented(Precision precision)
        {
            using var kernels = new GpuKernels(TestDevices.Simulator, precision: precision);
            using var values = kernels.TakeValues(Count);
            var before = pool.Rented;
            unsafe
            {
                kernels.Clear(values.Pointer, 16);
            }
            return pool.Rented - before;
        }
        // Blocks are multiples of a million elements of four bytes, and tests beside this one rent less than that.
        // The smaller first: its block, given back, is too short for the other.
        Assert.InRange(Rented(Precision.BFloat16), Count / 2, (Count / 2) + (3 << 20));
        Assert.InRange(Rented(Precision.Float32), Count, Count + (4 << 20));
    }
}

public sealed class OpenClPrecisionTests : PrecisionConformance
{
    private protected override Kernels<float> Open(Precision precision) => new GpuKernels(
        TestDevices.Find("opencl", "Install pocl-opencl-icd and ocl-icd-libopencl1 to test the kernels."),
        precision: precision);
}

public sealed class CudaPrecisionTests : PrecisionConformance
{
    private protected override Kernels<float> Open(Precision precision) => new GpuKernels(
        TestDevices.Find("cuda", "An NVIDIA GPU and its driver are needed."), precision: precision);
}
