using System.Diagnostics;
using TuneGraph.Collectives;
using TuneGraph.Training;

namespace TuneGraph.Benchmarks;

/// <summary>
/// On each accelerator of the machine: products by our kernels and as trainings compute them, with cuBLAS where it
/// loads, and whole trainings beside the CPU's.
/// Run: dotnet run --project benchmarks -c Release -- gpu [device]; benchmarks/gpu/publish.sh makes a file to carry.
/// </summary>
internal static unsafe class GpuBenchmark
{
    private static readonly (int Rows, int Depth, int Columns)[] _shapes =
    [
        (256, 256, 256), (512, 512, 512), (1024, 1024, 1024), (2048, 2048, 2048), (4096, 4096, 4096),
        (128, 784, 512), (128, 512, 256), (128, 256, 16),
    ];

    public static int Run(string[] arguments)
    {
        foreach (var device in ComputeDevices.All)
            Console.WriteLine($"{device.Name}: {device.Description}, {device.MemoryBytes >> 20} MiB");
        Console.WriteLine($"cuBLAS: {CublasLibrary.Shared?.Name ?? "not found"}");
        var names = arguments.Length > 0 ? arguments : [.. ComputeDevices.All.Skip(1).Select(device => device.Name)];
        if (names.Length == 0)
            Console.WriteLine("No accelerator here.");
        foreach (var name in names)
        {
            var started = Stopwatch.GetTimestamp();
            ComputeDevices.Load(DeviceName.Parse(name));
            Console.WriteLine($"{name}: kernels loaded in {Stopwatch.GetElapsedTime(started).TotalSeconds:N1} s");
            if (name != "simulator")
                Products(name);
            Train(name);
        }
        return 0;
    }

    private static void Products(string name)
    {
        Console.WriteLine("rows x depth x columns, GFLOP/s: our kernels, as trainings compute");
        var device = GpuContext.Shared.Open(name);
        var limit = device.Accelerator.AcceleratorType == ILGPU.Runtime.AcceleratorType.Cuda ? 4096 : 512;
        foreach (var (rows, depth, columns) in _shapes.Where(shape => shape.Rows <= limit))
        {
            var own = GigaFlops(device, rows, depth, columns, library: false);
            var chosen = GigaFlops(device, rows, depth, columns, library: true);
            Console.WriteLine($"{rows,5} x {depth,4} x {columns,4}   {own,10:N0} {chosen,10:N0}   {own / chosen,5:N2}");
        }
    }

    private static double GigaFlops(GpuDevice device, int rows, int depth, int columns, bool library)
    {
        using var kernels = new GpuKernels(device, library: library);
        using var a = kernels.Take<float>((long)rows * depth);
        using var b = kernels.Take<float>((long)depth * columns);
        using var c = kernels.Take<float>((long)rows * columns);
        foreach (var side in new[] { a, b })
        {
            for (var i = 0; i < side.Length; i++)
                side.Span[i] = (i % 17) - 8;
            side.Upload();
        }
        void Multiply() => kernels.Multiply(new Product<float>
        {
            Rows = rows,
            Depth = depth,
            Columns = columns,
            A = a.Pointer,
            RowStride = depth,
            DepthStride = 1,
            B = b.Pointer,
            RowStrideB = columns,
            C = c.Pointer,
            RowStrideC = columns,
            PanelStrideC = Panels<float>.Width,
        }, null);
        Multiply();
        kernels.Wait();
        var best = 0.0;
        for (var turn = 0; turn < 5; turn++)
        {
            var started = Stopwatch.GetTimestamp();
            var count = 0;
            while (count < 200 && (count == 0 || Stopwatch.GetElapsedTime(started).TotalSeconds < 0.2))
            {
                Multiply();
                if (++count % 20 == 0)
                    kernels.Wait();
            }
            kernels.Wait();
            var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
            best = Math.Max(best, 2e-9 * rows * depth * columns * count / seconds);
        }
        return best;
    }

    private static void Train(string name)
    {
        var small = name == "simulator";
        var data = RandomData(small ? 64 : 12_800, small ? 8 : 784, 10);
        var spec = new TrainingSpec
        {
            Model = new MlpSpec { Hidden = small ? [8] : [512, 256] },
            Optimizer = new OptimizerSpec { Kind = OptimizerKind.Sgd, LearningRate = 0.01 },
            Epochs = 4,
            BatchSize = small ? 32 : 128,
        };
        foreach (var device in new[] { "cpu", name })
        {
            double best = 0, loss = 0;
            var here = spec with { Device = DeviceName.Parse(device) };
            Trainer.Train(here, data, null, InProcessGroup.Create(1)[0], null, spec.Epochs, report =>
            {
                (best, loss) = (Math.Max(best, report.SamplesPerSecond), report.TrainLoss);
                return EpochVerdict.Continue;
            });
            Console.WriteLine($"{device}: {best:N0} samples/s, last loss {loss:N6}");
        }
    }

    private static Dataset RandomData(int rows, int features, int classes)
    {
        var random = new Random(1);
        var inputs = new float[rows * features];
        var labels = new int[rows];
        for (var i = 0; i < inputs.Length; i++)
            inputs[i] = (float)((2 * random.NextDouble()) - 1);
        for (var i = 0; i < rows; i++)
            labels[i] = random.Next(classes);
        return Dataset.ForClassification(new DataSchema
        {
            Task = LearningTask.Classification,
            FeatureNames = [.. Enumerable.Range(0, features).Select(i => $"f{i}")],
            ClassNames = [.. Enumerable.Range(0, classes).Select(i => $"c{i}")],
            Standardizer = Standardizer.Identity(features),
        }, inputs, labels);
    }
}
