using TuneGraph.Training;

namespace TuneGraph.Tests.Training;

public sealed class CpuDeviceTests : DeviceConformance
{
    private protected override Kernels<float> Open() => Kernels<float>.Best;
}

public sealed class SimulatorDeviceTests : DeviceConformance
{
    private protected override Kernels<float> Open() => new GpuKernels(TestDevices.Simulator);
}

/// <summary>What accelerators owe beyond it: every tile, and depths that several groups share.</summary>
public abstract class GpuConformance : DeviceConformance
{
    private protected abstract Kernels<float> Open(int? tile, int? splits);

    private protected override Kernels<float> Open() => Open(null, null);

    [Theory]
    [InlineData(ProductCode.Small, 1)]
    [InlineData(ProductCode.Small, 3)]
    [InlineData(ProductCode.Medium, 1)]
    [InlineData(ProductCode.Medium, 2)]
    [InlineData(ProductCode.Large, 1)]
    [InlineData(ProductCode.Large, 4)]
    public void Every_tile_gives_the_sums_in_double(int tile, int splits)
    {
        using var kernels = Open(tile, splits);
        ProductCheck.Plain(kernels, 65, 40, 100, transposed: false);
        ProductCheck.Plain(kernels, 150, 200, 77, transposed: true);
        ProductCheck.TransposedRight(kernels, 130, 21, 90);
        ProductCheck.Dots(kernels, 21, 33, 48, pairs: 5);
    }

    [Fact]
    public void The_same_training_gives_the_same_bits()
    {
        var data = SyntheticData.Classes(40, 6, 3);
        float[] Train()
        {
            using var kernels = Open();
            using var network = Nets.Make(new MlpSpec { Hidden = [90], Dropout = 0.2 }, data, 3, kernels: kernels);
            using var optimizer = new Optimizer<float>(
                new OptimizerSpec { Kind = OptimizerKind.Lamb, ClipNorm = 1 }, network.Plan.Length,
                [.. network.Plan.Parameters.Select(place => place.Range)], kernels);
            for (var step = 1; step <= 3; step++)
            {
                network.Step(data, [.. Enumerable.Range(0, 40)], 0.025, new DropoutMask(5, step, 0));
                optimizer.Step(network.Parameters, network.Gradient, 0.02);
            }
            network.Parameters.Download();
            return network.Parameters.Span.ToArray();
        }
        Assert.Equal(Train(), Train());
    }

    [Fact]
    public void A_steady_step_allocates_nothing_on_the_managed_heap()
    {
        var data = SyntheticData.Classes(40, 6, 3);
        using var kernels = Open();
        using var network = Nets.Make(new MlpSpec { Hidden = [16], Dropout = 0.2 }, data, 3, kernels: kernels);
        using var optimizer = new Optimizer<float>(
            new OptimizerSpec { ClipNorm = 1 }, network.Plan.Length, [], kernels);
        int[] rows = [.. Enumerable.Range(0, 40)];
        SteadySteps.AllocateNothing(step =>
        {
            network.Step(data, rows, 0.025, new DropoutMask(5, step, 0));
            optimizer.Step(network.Parameters, network.Gradient, 0.02);
        });
    }
}

/// <summary>PoCL makes an OpenCL device of the processor: Debian's package pocl-opencl-icd.</summary>
public sealed class OpenClDeviceTests : GpuConformance
{
    private protected override Kernels<float> Open(int? tile, int? splits)
    {
        var device = TestDevices.Find(
            "opencl", "Install pocl-opencl-icd and ocl-icd-libopencl1 to test the kernels on the processor.");
        return new GpuKernels(device, tile, splits);
    }
}

public sealed class CudaDeviceTests : GpuConformance
{
    private protected override Kernels<float> Open(int? tile, int? splits) =>
        new GpuKernels(TestDevices.Find("cuda", "An NVIDIA GPU and its driver are needed."), tile, splits);
}
