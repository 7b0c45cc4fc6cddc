using System.Globalization;
using TuneGraph.Training;

namespace TuneGraph.Benchmarks;

/// <summary>
/// 8 to 256 simulated ranks: every rank computes for a random time (log-normal), then
/// the ring's 2 (N − 1) messages are followed one by one, each α + S / (N β) long and begun when the rank and the one
/// before it are ready. Weak scaling: each rank has as many samples as one alone has. Beside it the planner's formula,
/// and what papers report of systems like it. The systems' speeds are assumptions, said below.
/// Run: dotnet run --project benchmarks -c Release -- strategies simulate [deviation of the times=0.03]
/// </summary>
internal static class StrategySimulation
{
    private const int Meetings = 40;

    /// <param name="Name">What is simulated.</param>
    /// <param name="ComputeSeconds">Seconds of one rank's part of a step.</param>
    /// <param name="Bytes">Bytes of a message vector.</param>
    /// <param name="Link">What messages cost.</param>
    /// <param name="LocalSteps">Steps between two exchanges.</param>
    /// <param name="Hidden">Whether the exchange runs beside the backward pass.</param>
    /// <param name="Reported">What papers say.</param>
    private sealed record System(
        string Name, double ComputeSeconds, double Bytes, LinkCost Link, int LocalSteps, bool Hidden, string Reported);

    // 25 Gb/s Ethernet, of which TCP-like protocols give about 2.5 GB/s; 30 µs a message. 64 images a GPU; images a
    // second of one Pascal GPU as tf_cnn_benchmarks gave them: about 140, 130 and 150.
    private static readonly LinkCost _ethernet = new(30e-6, 2.5e9);

    private static readonly System[] _systems =
    [
        new("data, Inception V3 (95 MB)", 64 / 140.0, 95e6, _ethernet, 1, true,
            "Horovod: 90 % at 512 GPUs (docs/benchmarks.rst)"),
        new("data, ResNet-101 (178 MB)", 64 / 130.0, 178e6, _ethernet, 1, true,
            "Horovod: 90 % at 512 GPUs"),
        new("data, VGG-16 (553 MB)", 64 / 150.0, 553e6, _ethernet, 1, true,
            "Horovod: 68 % at 512 GPUs"),
        // A speech network of 46 million parameters, 1,024 frames a rank at 9,000 a second.
        new("data, speech DNN (184 MB)", 1024 / 9000.0, 184e6, _ethernet, 1, false,
            "the same uncompressed, for comparison"),
        new("data, the same, one bit", 1024 / 9000.0, 184e6 / 30, _ethernet, 1, false,
            "1-bit SGD: 6.3 times on 8 GPUs (batch 16k), 10 times on 20 servers (Seide 2014)"),
        new("model-average, the same, 32 steps", 1024 / 9000.0, 184e6, _ethernet, 32, false,
            "BMUF: almost linear to 16 GPUs (LSTM) and 64 (DNN) (Chen, Huo 2016)"),
    ];

    public static int Run(string[] args)
    {
        var variation = args.Length > 0 ? double.Parse(args[0], CultureInfo.InvariantCulture) : 0.03;
        int[] ranks = [8, 16, 32, 64, 128, 256];
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"efficiency, simulated (by formula), at ranks; times vary by {variation:P0}"));
        Console.WriteLine($"{"",-36}" + string.Concat(ranks.Select(n => $"{n,13}")));
        foreach (var system in _systems)
        {
            var line = string.Concat(ranks.Select(n => string.Create(
                CultureInfo.InvariantCulture,
                $"{Simulate(system, n, variation),6:P0} ({Formula(system, n, variation),4:P0})")));
            Console.WriteLine($"{system.Name,-36}{line}   {system.Reported}");
        }
        return 0;
    }

    private static double Formula(System system, int ranks, double variation)
    {
        var costs = new StepCosts
        {
            BatchSize = ranks,
            PassSeconds = 0,
            RowSeconds = system.ComputeSeconds,
            OptimizerSeconds = 0,
            ParameterBytes = (long)system.Bytes,
            OptimizerStates = 1,
            Variation = variation,
        };
        var kind = system.LocalSteps > 1 ? PlanKind.LocalSteps : PlanKind.Data;
        return StrategyPlanner.Predict(
            costs, system.Link, new PlanCandidate(kind, ranks, system.LocalSteps), system.Hidden).Efficiency;
    }

    private static double Simulate(System system, int ranks, double variation)
    {
        var random = new Random(ranks);
        var ready = new double[ranks];
        var began = new double[ranks];
        for (var meeting = 0; meeting < Meetings; meeting++)
        {
            for (var rank = 0; rank < ranks; rank++)
            {
                var compute = 0.0;
                for (var step = 0; step < system.LocalSteps; step++)
                {
                    compute += system.ComputeSeconds
                        * Math.Exp((variation * Normal(random)) - (variation * variation / 2));
                }
                // Its first bucket is there after the forward pass and a tenth of the backward pass; the last tenth of
                // the exchange can begin only at the end.
                began[rank] = ready[rank] + (system.Hidden ? 0.4 * compute : compute);
                ready[rank] += compute;
            }
            Ring(began, system.Bytes * (system.Hidden ? 0.9 : 1), system.Link);
            if (system.Hidden)
            {
                for (var rank = 0; rank < ranks; rank++)
                    began[rank] = Math.Max(began[rank], ready[rank]);
                Ring(began, system.Bytes * 0.1, system.Link);
            }
            began.CopyTo(ready, 0);
        }
        return Meetings * system.LocalSteps * system.ComputeSeconds / ready.Max();
    }

    /// <summary>Moves each rank's clock to the end of an all-reduce.</summary>
    private static void Ring(double[] clocks, double bytes, LinkCost link)
    {
        var message = link.LatencySeconds + (bytes / clocks.Length / link.BytesPerSecond);
        var before = new double[clocks.Length];
        for (var step = 0; step < 2 * (clocks.Length - 1); step++)
        {
            clocks.CopyTo(before, 0);
            for (var rank = 0; rank < clocks.Length; rank++)
                clocks[rank] = Math.Max(before[rank], before[(rank + clocks.Length - 1) % clocks.Length]) + message;
        }
    }

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
