using System.Diagnostics;
using System.Globalization;
using TuneGraph.Collectives;
using TuneGraph.Training;

namespace TuneGraph.Benchmarks;

/// <summary>
/// Two ranks beside one rank, and beside two processes of PyTorch's DistributedDataParallel over gloo, turn by turn:
/// samples a second of the MLP 784-512-256-10 with a global batch of 1,024, SGD with momentum.
/// Run: dotnet run --project benchmarks -c Release -- strategies ranks [turns=5] [pin=0] [batch=1024]
/// [python=/usr/bin/python3]
/// </summary>
internal static class RanksBenchmark
{
    private const int Rows = 16_384, Epochs = 6;

    public static int Run(string[] args)
    {
        var settings = args.Select(a => a.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[^1]);
        var turns = Number("turns", 5);
        var (pin, batch) = (Number("pin", 0) > 0, Number("batch", 1024));
        var script = Path.Combine(TrainingThroughput.FindRoot(), "benchmarks", "Strategies", "torch_ddp.py");
        var @case = new TrainingCase("784-512-256-10", batch, OptimizerKind.Sgd, Rows, Epochs);
        using var torch = TorchPeer.TryStart(settings.GetValueOrDefault("python", "/usr/bin/python3"), script, 1);
        Console.WriteLine($"{@case.Widths}, batch {batch} over all ranks; samples/s, medians of {Epochs} epochs "
            + $"(best). PyTorch: {torch?.Version ?? "not found, left out"}");
        Console.WriteLine($"{"1 rank",22}{"2 ranks",22}{"DDP, 2 processes",22}   2 / 1    2 / DDP");
        var data = TrainingThroughput.RandomData(Rows, 784, 10);
        Train(data, batch, 2, pin);                         // to compile
        torch?.Train(@case, 2);
        var (alone, others) = (new List<double>(), new List<double>());
        for (var turn = 0; turn < turns; turn++)
        {
            var (one, two) = (Train(data, batch, 1, pin), Train(data, batch, 2, pin));
            var (oneMedian, twoMedian) = (Median(one), Median(two));
            alone.Add(twoMedian / oneMedian);
            var line = $"{Text(one)}{Text(two)}";
            if (torch is not null)
            {
                double[] ddp = [.. torch.Train(@case, Epochs).Wall.Select(seconds => Rows / seconds)];
                others.Add(twoMedian / Median(ddp));
                line += Text(ddp);
            }
            line += string.Create(CultureInfo.InvariantCulture, $"   {alone[^1],5:N2}");
            Console.WriteLine(others.Count == 0
                ? line
                : line + string.Create(CultureInfo.InvariantCulture, $"   {others[^1],8:N2}"));
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"median ratios: 2 ranks / 1 rank {Median([.. alone]):N2}")
            + (others.Count == 0 ? "" : string.Create(
                CultureInfo.InvariantCulture, $", 2 ranks / DDP {Median([.. others]):N2}")));
        return 0;

        int Number(string name, int otherwise) =>
            settings.TryGetValue(name, out var text) ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
    }

    /// <summary>Samples a second of each epoch but the first.</summary>
    private static double[] Train(Dataset data, int batch, int ranks, bool pin)
    {
        var spec = new TrainingSpec
        {
            Model = new MlpSpec { Hidden = [512, 256] },
            Optimizer = new OptimizerSpec { Kind = OptimizerKind.Sgd, LearningRate = 0.01 },
            Epochs = Epochs + 1,
            BatchSize = batch,
        };
        var rates = new double[spec.Epochs];
        var seconds = new StepSeconds(0, 0, 0, 0);
        var groups = InProcessGroup.Create(ranks);
        var threads = groups.Select(group => new Thread(() =>
        {
            using (group)
            {
                if (pin)
                    group.BindThread();
                var started = Stopwatch.GetTimestamp();
                Trainer.Train(spec, data, null, group, null, spec.Epochs, report =>
                {
                    rates[report.Epoch - 1] = data.Rows / Stopwatch.GetElapsedTime(started).TotalSeconds;
                    seconds = report.Seconds;
                    started = Stopwatch.GetTimestamp();
                    return EpochVerdict.Continue;
                });
            }
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"  {ranks} rank(s), last epoch, ms: forward {seconds.Forward * 1e3:N1}, backward "
            + $"{seconds.Backward * 1e3:N1}, exchange {seconds.Communication * 1e3:N1}, optimizer "
            + $"{seconds.Optimizer * 1e3:N1}"));
        return rates[1..];
    }

    private static string Text(double[] rates) => string.Create(
        CultureInfo.InvariantCulture, $"{$"{Median(rates):N0} ({rates.Max():N0})",22}");

    private static double Median(double[] values) => values.Order().ElementAt(values.Length / 2);
}
