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
        // A real broker keeps what was, so that a name may not come again.
        var name = $"group-{Environment.ProcessId}-{Environment.TickCount64}-{Interlocked.Increment(ref _names)}";
        while (_inboxes.Count < worldSize)
            _inboxes.Add(GradInbox.OpenAsync(Settings, $"w{_inboxes.Count}").GetAwaiter().GetResult());
        ImmutableArray<string?> topics = [.. _inboxes.Take(worldSize).Select(inbox => inbox.Topic)];
        return Ranks.Join(worldSize, rank => DaprGroup.Join(
            _inboxes[rank], new DaprPlace(name, 1, rank, topics), options, TestContext.Current.CancellationToken));
    }

    private protected virtual DaprSettings Settings => new() { Grpc = _sidecar!.Grpc };

    public virtual async ValueTask InitializeAsync() =>
        _sidecar = await new DaprSidecar(_broker.With("gradbus", Faults)).StartAsync();

    public async ValueTask DisposeAsync()
    {
        foreach (var inbox in _inboxes)
        {
            inbox.Dispose();
            await inbox.EndedAsync();
        }
        if (_sidecar is not null)
            await _sidecar.DisposeAsync();
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

/// <summary>
/// The suite by a real sidecar, where there is one: DAPR_GRPC_ENDPOINT and DAPR_HTTP_ENDPOINT lead to it, and it has a
/// component gradbus.
/// </summary>
[Trait("Category", "RequiresDaprd")]
public sealed class RequiresDaprdGroupTests : DaprGroupTests
{
    protected override IReadOnlyList<AllReduceAlgorithm> Algorithms => [AllReduceAlgorithm.Direct];

    private protected override DaprSettings Settings => DaprSettings.FromEnvironment();

    public override ValueTask InitializeAsync()
    {
        Assert.SkipUnless(
            Environment.GetEnvironmentVariable("DAPR_HTTP_ENDPOINT") is { Length: > 0 },
            "No daprd here: set DAPR_HTTP_ENDPOINT and DAPR_GRPC_ENDPOINT to one with a component 'gradbus'.");
        return ValueTask.CompletedTask;
    }
}
