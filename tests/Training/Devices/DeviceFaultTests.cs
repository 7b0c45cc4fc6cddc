using ILGPU;
using ILGPU.Runtime.CPU;
using TuneGraph.Search;
using TuneGraph.Training;

namespace TuneGraph.Tests.Training;

/// <summary>What a training says when its device is full or lost, and what is left of the device then.</summary>
public sealed class DeviceFaultTests : IDisposable
{
    private readonly Context _context = Context.Create(builder => builder.CPU(new CPUDevice(16, 16, 1)));

    [Fact]
    public void A_training_without_room_says_what_it_asked_for_and_what_helps()
    {
        using var device = Device(memory: 3 << 20);
        var error = Assert.Throws<DeviceException>(() => Train(device, hidden: 1500));
        Assert.Equal((DeviceFailure.OutOfMemory, "gpu:3"), (error.Failure, error.Device));
        Assert.Equal("out of memory on device gpu:3: asked for 12 MiB, free 12 MiB, rented to trainings 0 MiB. "
            + GpuPool.WayOut, Replaced(error.Message));
        Assert.Contains("batchSize", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, device.Pool.Rented);

        // Whatever asks for less still trains there.
        Assert.True(double.IsFinite(Train(device, hidden: 8)));
        Assert.Equal(0, device.Pool.Rented);
    }

    [Fact]
    public void What_other_trainings_rent_is_told()
    {
        using var device = Device(memory: 5 << 20);
        var block = device.Pool.Rent(4 << 20);
        var error = Assert.Throws<DeviceException>(() => device.Pool.Rent(2 << 20));
        Assert.Contains(
            "asked for 8 MiB, free 4 MiB, rented to trainings 16 MiB", error.Message, StringComparison.Ordinal);
        device.Pool.Return(block);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void A_lost_device_is_named_and_not_used_again(int seed)
    {
        using var device = Device(lossSeed: seed);
        var error = Assert.Throws<DeviceException>(() => Train(device, hidden: 8));
        Assert.Equal((DeviceFailure.Lost, "gpu:3"), (error.Failure, error.Device));
        Assert.StartsWith("device gpu:3 is lost: CL_DEVICE_NOT_AVAILABLE.", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, device.Pool.Rented);
        Assert.Equal(error.Message, Assert.Throws<DeviceException>(() => Train(device, hidden: 8)).Message);
    }

    [Fact]
    public void A_product_whose_workspace_makes_the_block_grow_is_not_lost()
    {
        using var device = Device();
        using var kernels = new GpuKernels(device, ProductCode.Small, 2);
        using var rest = kernels.Take<float>((1 << 20) - 16_000);          // all but what the product's sides take
        ProductCheck.Plain(kernels, 40, 48, 40, transposed: false);
        Assert.True(kernels.Arena.Growths > 0);
    }

    [Fact]
    public async Task A_trial_ends_with_its_device_s_reason()
    {
        var store = new MemoryStudyStore();
        var spec = Sweep.Named("f").Minimize("v").Trials(3).Build((trial, _) =>
        {
            trial.Float("x", 0, 1);
            using var device = trial.Number switch
            {
                0 => Device(memory: 3 << 20),
                1 => Device(lossSeed: 1),
                _ => Device(),
            };
            return ValueTask.FromResult(Train(device, hidden: trial.Number == 0 ? 1500 : 8));
        });
        var retry = new RetrySpec { Max = 1, On = [RetryReason.OutOfMemory] };
        var run = new SweepRunner(spec with { Retry = retry }, new SweepRunOptions { Store = store });
        var result = await run.RunAsync(TestContext.Current.CancellationToken);

        Assert.Equal(
            [TrialState.Failed, TrialState.Failed, TrialState.Completed], result.Trials.Select(trial => trial.State));
        Assert.StartsWith("DeviceException: out of memory on device gpu:3: asked for",
            result.Trials[0].Reason, StringComparison.Ordinal);
        Assert.StartsWith(
            "DeviceException: device gpu:3 is lost:", result.Trials[1].Reason, StringComparison.Ordinal);
        var attempts = store.Load("f")!.Attempts.ToLookup(attempt => attempt.Trial!.Value);
        Assert.Equal((2, 1), (attempts[0].Count(), attempts[1].Count()));         // one kind is tried again here
        Assert.StartsWith(
            "out of memory on device gpu:3", attempts[0].First().Reason!, StringComparison.Ordinal);
    }

    public void Dispose() => _context.Dispose();

    private GpuDevice Device(long memory = long.MaxValue / 8, int? lossSeed = null)
    {
        var accelerator = _context.GetCPUDevice(0).CreateCPUAccelerator(_context);
        return new GpuDevice("gpu:3", accelerator, new FaultyDriver(accelerator)
        {
            Memory = memory,
            LostAt = lossSeed is { } seed ? new Random(seed).Next(30) : null,
        });
    }

    /// <summary>The loss of two steps.</summary>
    private static double Train(GpuDevice device, int hidden)
    {
        var data = SyntheticData.Classes(4, 6, 3);
        using var kernels = new GpuKernels(device);
        using var network = Nets.Make(new MlpSpec { Hidden = [hidden, hidden] }, data, 3, kernels: kernels);
        for (var step = 1; step <= 2; step++)
            network.Step(data, [0, 1], 0.5, new DropoutMask(5, step, 0));
        return network.TakeLoss();
    }

    /// <summary>The amount that the sizes of a network decide, as one number that is easy to read.</summary>
    private static string Replaced(string message) => System.Text.RegularExpressions.Regex.Replace(
        message, "asked for [0-9]+ MiB", "asked for 12 MiB");
}
