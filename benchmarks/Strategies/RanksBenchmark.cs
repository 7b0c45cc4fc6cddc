using System.Diagnostics;
using System.Globalization;
using TuneGraph.Collectives;
using TuneGraph.Training;

namespace TuneGraph.Benchmarks;

/// <summary>
/// Two ranks beside one rank, and beside two processes of PyTorch's DistributedDataParallel over gloo, turn by turn:
/// samples a second of the MLP 784-512-256-10 with a global batch of 1,024, SGD with momentum. What other work takes
/// away
/// does not count in processor time: twice the least that one rank took for an epoch, divided by the least of two ranks
/// together, is the speed-up that an idle machine may show.
/// Run: dotnet run --project benchmarks -c Release -- strategies ranks [turns=5] [pin=0] [batch=1024]
/// [python=/usr/bin/python3]
/// </summary>
internal static class RanksBenchmark
{
    private const int Rows = 16_384, Epochs = 6;
    private static readonly double[] _leastBusy = [double.PositiveInfinity, double.PositiveInfinity];

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
        var best = new double[3];
        for (var turn = 0; turn < turns; turn++)
        {
            var (one, two) = (Train(data, batch, 1, pin), Train(data, batch, 2, pin));
            var (oneMedian, twoMedian) = (Median(one), Median(two));
            alone.Add(twoMedian / oneMedian);
            (best[0], best[1]) = (Math.Max(best[0], one.Max()), Math.Max(best[1], two.Max()));
            var line = $"{Text(one)}{Text(two)}";
            if (torch is not null)
            {
                double[] ddp = [.. torch.Train(@case, Epochs).Wall.Select(seconds => Rows / seconds)];
                others.Add(twoMedian / Median(ddp));
                best[2] = Math.Max(best[2], ddp.Max());
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
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"ratios of the best epochs of all turns: {best[1] / best[0]:N2}, {best[1] / best[2]:N2}; by processor "
            + $"time 2 / 1: {2 * _leastBusy[0] / _leastBusy[1]:N2}"));
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
                var (started, busy) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
                Trainer.Train(spec, data, null, group, null, spec.Epochs, report =>
                {
                    rates[report.Epoch - 1] = data.Rows / Stopwatch.GetElapsedTime(started).TotalSeconds;
                    seconds = report.Seconds;
                    var spent = (Environment.CpuUsage.TotalTime - busy).TotalSeconds;
                    if (report.Epoch > 1)
                        _leastBusy[ranks - 1] = Math.Min(_leastBusy[ranks - 1], spent);
                    (started, busy) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
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
