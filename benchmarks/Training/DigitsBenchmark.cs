using System.Diagnostics;
using System.Globalization;
using System.Runtime.Intrinsics;
using TuneGraph.Collectives;
using TuneGraph.Training;

namespace TuneGraph.Benchmarks;

/// <summary>
/// Processor seconds until a network of 128 hidden units reads 97% of held-out digits, on one thread, beside PyTorch
/// with the same network, optimizer, batch size and share of rows, seed by seed. Data and programs are loaded before.
/// Run: dotnet run --project benchmarks -c Release -- digits [python, default /usr/bin/python3]
/// </summary>
internal static class DigitsBenchmark
{
    private const double Goal = 0.97;
    private const int Seeds = 7, MostEpochs = 200;

    public static int Run(string[] args)
    {
        var root = TrainingThroughput.FindRoot();
        var file = Path.Combine(root, "examples", "data", "digits.csv.gz");
        Train(file, 100);                       // to compile
        var (own, peer) = (new List<double>(), new List<double>());
        for (var seed = 0; seed < Seeds; seed++)
        {
            var (seconds, epochs) = Train(file, (ulong)seed);
            own.Add(seconds);
            var theirs = Torch(args is [var python, ..] ? python : "/usr/bin/python3", root, file, seed);
            peer.Add(theirs.Seconds);
            Console.WriteLine($"seed {seed}: TuneGraph {seconds * 1e3:N1} ms, {epochs} epochs; "
                + $"PyTorch {theirs.Seconds * 1e3:N1} ms, {theirs.Epochs} epochs");
        }
        var (a, b) = (own.Order().ElementAt(Seeds / 2), peer.Order().ElementAt(Seeds / 2));
        Console.WriteLine($"median: TuneGraph {a * 1e3:N1} ms, PyTorch {b * 1e3:N1} ms, {b / a:N1} times as fast");
        return 0;
    }

    private static (double Seconds, int Epochs) Train(string file, ulong seed)
    {
        var data = TabularData.Load(new DataSpec
        {
            Path = file,
            Target = "digit",
            Train = 0.8,
            Validation = 0.2,
            Test = 0,
            Standardize = false,
            Seed = seed,
        });
        var spec = new TrainingSpec
        {
            Model = new MlpSpec { Hidden = [128] },
            Optimizer = new OptimizerSpec { LearningRate = 1e-3 },
            Epochs = MostEpochs,
            BatchSize = 32,
            Seed = seed,
        };
        var (train, validation) = (Scaled(data.Train), Scaled(data.Validation));
        using var group = InProcessGroup.Create(1)[0];
        var busy = Environment.CpuUsage.TotalTime;
        var result = Trainer.Train(spec, train, validation, group, null, MostEpochs, report =>
            report.ValidationAccuracy >= Goal ? EpochVerdict.Stop : EpochVerdict.Continue);
        return ((Environment.CpuUsage.TotalTime - busy).TotalSeconds, result.Epochs);
    }

    /// <summary>Grey levels from 0 to 1, as the peer has them.</summary>
    private static Dataset Scaled(Dataset data) => Dataset.ForClassification(
        data.Schema, [.. data.Inputs.ToArray().Select(value => value / 16)], data.Labels);

    private static (double Seconds, int Epochs) Torch(string python, string root, string file, int seed)
    {
        var script = Path.Combine(root, "benchmarks", "Training", "torch_digits.py");
        var start = new ProcessStartInfo(python, [script, file, seed.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardOutput = true,
        };
        start.Environment["OMP_NUM_THREADS"] = "1";
        start.Environment["OPENBLAS_NUM_THREADS"] = "1";
        if (Vector512.IsHardwareAccelerated)
            start.Environment["OPENBLAS_CORETYPE"] = "SKYLAKEX";     // see TorchPeer
        using var process = Process.Start(start)!;
        var words = process.StandardOutput.ReadToEnd().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        process.WaitForExit();
        var epochs = int.Parse(words[1], CultureInfo.InvariantCulture);
        return (double.Parse(words[0], CultureInfo.InvariantCulture), epochs);
    }
}
