using System.Diagnostics;
using System.Globalization;
using TuneGraph.Collectives;
using TuneGraph.Training;

namespace TuneGraph.Benchmarks;

/// <summary>
/// Every strategy on the digits at 1, 2 and 4 ranks: milliseconds per epoch, bytes that each rank sends in one, and the
/// share of held-out digits read right after all epochs. k-means finds 40 clusters; CoCoA tells 5 to 9 from 0 to 4 by a
/// plane.
/// Run: dotnet run --project benchmarks -c Release -- strategies table [epochs=20]
/// </summary>
internal static class StrategyTable
{
    private const int Clusters = 40, Seed = 3, LinearLayers = 2;
    private static readonly int[] _ranks = [1, 2, 4];

    private static readonly (string Name, TrainingStrategy? Strategy, ExchangeSpec Exchange)[] _networks =
    [
        ("data", null, new()),
        ("data, zero 1", null, new() { Zero = 1 }),
        ("data, zero 2", null, new() { Zero = 2 }),
        ("data, one bit", null, new() { Compression = new() { Kind = CompressionKind.OneBit, AfterSteps = 50 } }),
        ("model-average, 8 steps", new ModelAverageStrategy(), new()),
        ("model-average, blockMomentum", new ModelAverageStrategy { Rule = ModelAverageRule.BlockMomentum }, new()),
        ("model-average, diloco", new ModelAverageStrategy { Rule = ModelAverageRule.Diloco }, new()),
        ("federated, fedAvg, 8 clients", new FederatedStrategy { Clients = 8 }, new()),
        ("parameter-server, sync", new ParameterServerStrategy(), new()),
        ("parameter-server, async", new ParameterServerStrategy { Mode = ParameterServerMode.Async }, new()),
        ("parameter-server, ssp", new ParameterServerStrategy { Mode = ParameterServerMode.Ssp }, new()),
        ("parameter-server, downpour", new ParameterServerStrategy { Mode = ParameterServerMode.Downpour }, new()),
        ("parameter-server, hogwild", new ParameterServerStrategy { Mode = ParameterServerMode.Hogwild }, new()),
        ("parameter-server, async, live", new ParameterServerStrategy
        {
            Mode = ParameterServerMode.Async,
            Order = ArrivalOrder.Live,
        }, new()),
        ("pipeline, 1f1b", new PipelineStrategy { MicroBatches = 4 }, new()),
        ("tensor", new TensorStrategy(), new()),
        ("auto", new AutoStrategy(), new()),
    ];

    public static int Run(string[] args)
    {
        var epochs = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 20;
        var data = TabularData.Load(new DataSpec
        {
            Path = Path.Combine(TrainingThroughput.FindRoot(), "examples", "data", "digits.csv.gz"),
            Target = "digit",
            Task = LearningTask.Classification,
            Seed = Seed,
        });
        Console.WriteLine($"digits, {data.Train.Rows} rows, {epochs} epochs; 64-128-10, SGD, batch 32");
        Console.WriteLine("ranks: ms an epoch, KB a rank and epoch, accuracy");
        foreach (var (name, strategy, exchange) in _networks)
        {
            Line(name, ranks => Measure(Network(epochs) with { Strategy = strategy, Exchange = exchange },
                data.Train, data.Validation, ranks));
        }
        Line("mixed, data x tensor", ranks => Measure(Network(epochs) with
        {
            Strategy = new MixedStrategy { Data = Math.Min(2, ranks), Tensor = Math.Max(1, ranks / 2) },
        }, data.Train, data.Validation, ranks));
        Line("kmeans", ranks => Measure(Network(epochs) with
        {
            Model = new CentroidsSpec { Clusters = Clusters },
            Strategy = new KMeansStrategy(),
        }, data.Train, data.Validation, ranks));
        var (train, validation) = (Halves(data.Train), Halves(data.Validation));
        Line("cocoa, svm", ranks => Measure(Network(epochs) with
        {
            Model = new LogisticSpec(),
            Strategy = new CocoaStrategy { Lambda = 1e-3 },
        }, train, validation, ranks));
        return 0;
    }

    private static TrainingSpec Network(int epochs) => new()
    {
        Model = new MlpSpec { Hidden = [128] },
        Optimizer = new OptimizerSpec { Kind = OptimizerKind.Sgd, LearningRate = 0.05, Momentum = 0 },
        Epochs = epochs,
        BatchSize = 32,
        Seed = Seed,
    };

    private static void Line(string name, Func<int, string> measure) => Console.WriteLine(
        $"{name,-30} " + string.Join("   ", _ranks.Select(ranks => $"{ranks}: {measure(ranks)}")));

    private static string Measure(TrainingSpec spec, Dataset train, Dataset validation, int ranks)
    {
        if (spec.Strategy is PipelineStrategy && ranks > LinearLayers)
            return "(more ranks than layers)";
        var groups = InProcessGroup.Create(ranks);
        var seconds = new List<double>();
        var (accuracy, sent, byMesh) = (0.0, new long[ranks], 0.0);
        var threads = groups.Select(group => new Thread(() =>
        {
            using (group)
            {
                var started = Stopwatch.GetTimestamp();
                Trainer.Train(spec, train, validation, group, null, spec.Epochs, report =>
                {
                    seconds.Add(Stopwatch.GetElapsedTime(started).TotalSeconds);
                    accuracy = report.ValidationAccuracy ?? double.NaN;
                    // What goes within a mesh goes by groups of its own.
                    if (spec.Strategy is MixedStrategy or PipelineStrategy or TensorStrategy)
                        byMesh += report.Measures.Single(measure => measure.Key == "bytes").Value;
                    started = Stopwatch.GetTimestamp();
                    return EpochVerdict.Continue;
                });
                sent[group.Rank] = group.Traffic.PayloadBytes;
            }
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        var bytes = Math.Max(sent.Average(), byMesh / ranks) / spec.Epochs;
        return string.Create(CultureInfo.InvariantCulture,
            $"{seconds.Order().ElementAt(seconds.Count / 2) * 1e3,7:N1} {bytes / 1e3,8:N1} "
            + $"{accuracy:N3}");
    }

    /// <summary>The same rows with the classes 0 to 4 and 5 to 9.</summary>
    private static Dataset Halves(Dataset data)
    {
        var schema = data.Schema with { ClassNames = ["0 to 4", "5 to 9"] };
        return Dataset.ForClassification(schema, data.Inputs, Array.ConvertAll(data.Labels.ToArray(), l => l / 5));
    }
}
