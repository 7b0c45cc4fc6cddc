using System.Collections.Immutable;
using TuneGraph.Collectives;
using TuneGraph.Tests.Collectives;
using TuneGraph.Tests.Sidecar;
using TuneGraph.Worker;

namespace TuneGraph.Tests.Dapr;

/// <summary>The suite over pub/sub: a sidecar's double between all ranks, each with an inbox of its own.</summary>
public class DaprGroupTests : ProcessGroupConformance, IAsyncLifetime
{
    private static int _names;

    private readonly Broker _broker = new();
    private readonly List<GradInbox> _inboxes = [];
    private DaprSidecar? _sidecar;

    protected virtual SidecarFaults Faults => new();

    protected Broker Broker => _broker;

    protected override ImmutableArray<ProcessGroup> Create(int worldSize, ProcessGroupOptions options)
    {
        var name = $"group-{Interlocked.Increment(ref _names)}";
        while (_inboxes.Count < worldSize)
            _inboxes.Add(GradInbox.OpenAsync(Settings, $"w{_inboxes.Count}").GetAwaiter().GetResult());
        ImmutableArray<string?> topics = [.. _inboxes.Take(worldSize).Select(inbox => inbox.Topic)];
        return Ranks.Join(worldSize, rank => DaprGroup.Join(
            _inboxes[rank], new DaprPlace(name, 1, rank, topics), options, TestContext.Current.CancellationToken));
    }

    private protected DaprSettings Settings => new() { Grpc = _sidecar!.Grpc };

    public async ValueTask InitializeAsync() =>
        _sidecar = await new DaprSidecar(_broker.With("gradbus", Faults)).StartAsync();

    public async ValueTask DisposeAsync()
    {
        foreach (var inbox in _inboxes)
        {
            inbox.Dispose();
            await inbox.EndedAsync();
        }
        await _sidecar!.DisposeAsync();
        _broker.Dispose();
        GC.SuppressFinalize(this);
    }
}

/// <summary>The suite over a broker that repeats, reorders and loses.</summary>
public sealed class TroubledDaprGroupTests : DaprGroupTests
{
    protected override SidecarFaults Faults => new() { Seed = 5, Duplicate = 0.02, Reorder = 0.02, Loss = 0.01 };

    // Each algorithm finds the same faults below it.
    protected override IReadOnlyList<AllReduceAlgorithm> Algorithms => [AllReduceAlgorithm.Direct];
}
