using System.Collections.Immutable;
using System.Security.Cryptography;
using TuneGraph.Collectives;
using TuneGraph.Training;

namespace TuneGraph.Tests.Rank;

/// <summary>A small training by one of the strategies, of which the bits that it leaves are told.</summary>
internal static class StrategyTraining
{
    /// <summary>One rank's part; every rank gets the same line.</summary>
    public static string On(ProcessGroup group, string strategy)
    {
        var spec = new TrainingSpec
        {
            Model = new MlpSpec { Hidden = [24, 20, 24], Dropout = 0.2 },
            Optimizer = new OptimizerSpec { Kind = OptimizerKind.Sgd, LearningRate = 0.02, Momentum = 0 },
            Epochs = 3,
            BatchSize = 16,
            Strategy = Of(strategy),
        };
        var result = Trainer.Train(spec, Rows(), null, group, null, spec.Epochs, _ => EpochVerdict.Continue);
        return $"trained {Convert.ToHexString(SHA256.HashData(result.Checkpoint.ToBytes()))}";
    }

    /// <summary>All ranks as threads of this process.</summary>
    public static string OnThreads(string strategy, int worldSize)
    {
        var groups = InProcessGroup.Create(worldSize);
        var lines = new string[worldSize];
        var threads = groups.Select(group => new Thread(() => lines[group.Rank] = On(group, strategy))).ToArray();
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join();
        return string.Join(' ', lines.Distinct());
    }

    private static TrainingStrategy? Of(string name) => name switch
    {
        "data" => null,
        "pipeline" => new PipelineStrategy { MicroBatches = 4, Recompute = true },
        "tensor" => new TensorStrategy(),
        "mixed" => new MixedStrategy { Data = 2, Pipeline = 2, MicroBatches = 2 },
        "model-average" => new ModelAverageStrategy { LocalSteps = 2 },
        "federated" => new FederatedStrategy { Clients = 4 },
        "parameter-server" => new ParameterServerStrategy { Mode = ParameterServerMode.Sync },
        _ => throw new ArgumentException($"'{name}' is no scenario.", nameof(name)),
    };

    private static Dataset Rows()
    {
        const int rows = 53, features = 12;
        var random = new Random(1);
        var labels = Enumerable.Range(0, rows).Select(_ => random.Next(3)).ToArray();
        var inputs = Enumerable.Range(0, rows * features)
            .Select(i => (float)(random.NextDouble() + (labels[i / features] * (i % 3)))).ToArray();
        return Dataset.ForClassification(
            new DataSchema
            {
                Task = LearningTask.Classification,
                FeatureNames = Names("feature", features),
                ClassNames = Names("class", 3),
                Standardizer = Standardizer.Identity(features),
            },
            inputs, labels);
    }

    private static ImmutableArray<string> Names(string stem, int count) =>
        [.. Enumerable.Range(0, count).Select(i => $"{stem}{i}")];
}
