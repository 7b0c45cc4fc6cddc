using TuneGraph.Collectives;
using TuneGraph.Training;

namespace TuneGraph.Tests.Training;

/// <summary>Every family of strategies over sockets and over shared memory: the bits of ranks in one process.</summary>
public sealed class TransportTests : IDisposable
{
    private static int _groups;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("tg");

    public static TheoryData<string, int> Strategies => new()
    {
        { "data", 2 }, { "pipeline", 2 }, { "pipeline", 3 }, { "tensor", 2 }, { "mixed", 4 }, { "model-average", 2 },
        { "federated", 2 }, { "scaffold", 2 }, { "server", 2 }, { "async server", 2 },
    };

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [MemberData(nameof(Strategies))]
    public void A_strategy_gives_the_same_bits_over_tcp(string strategy, int worldSize)
    {
        var name = $"strategy-{Interlocked.Increment(ref _groups)}";
        var groups = Collectives.Ranks.Join(worldSize, rank => SocketGroup.Join(
            name, rank, worldSize, new FileStore(_folder.FullName), new SocketOptions { Token = "open sesame" }));

        AssertSame(strategy, groups);
    }

    [Theory]
    [MemberData(nameof(Strategies))]
    public void A_strategy_gives_the_same_bits_over_shared_memory(string strategy, int worldSize)
    {
        var name = $"tg-strategy-{Environment.ProcessId}-{Interlocked.Increment(ref _groups)}";

        AssertSame(strategy, Collectives.Ranks.Join(worldSize, rank => SharedMemoryGroup.Join(name, rank, worldSize)));
    }

    private static void AssertSame(string strategy, IReadOnlyList<ProcessGroup> groups)
    {
        var spec = MeshRuns.Perceptron with
        {
            Optimizer = new OptimizerSpec { Kind = OptimizerKind.Sgd, LearningRate = 0.02, Momentum = 0 },
            Epochs = 2,
            Strategy = Of(strategy),
        };
        var expected = MeshRuns.Run(spec, groups.Count);
        var there = MeshRuns.Run(spec, groups);

        Assert.Equal(expected.File, there.File);
        Assert.Equal(expected.Losses, there.Losses);
    }

    private static TrainingStrategy? Of(string name) => name switch
    {
        "data" => null,
        "pipeline" => new PipelineStrategy { MicroBatches = 4 },
        "tensor" => new TensorStrategy(),
        "mixed" => new MixedStrategy { Data = 2, Pipeline = 2, MicroBatches = 2 },
        "model-average" => new ModelAverageStrategy { LocalSteps = 2 },
        "federated" => new FederatedStrategy { Clients = 4 },
        "scaffold" => new FederatedStrategy { Clients = 4, Algorithm = FederatedAlgorithm.Scaffold },
        "server" => new ParameterServerStrategy { Mode = ParameterServerMode.Sync },
        _ => new ParameterServerStrategy { Mode = ParameterServerMode.Async },
    };
}
