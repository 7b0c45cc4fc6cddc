using System.Collections.Immutable;
using System.Threading.Channels;
using Dapr;
using Dapr.Client;

namespace TuneGraph.Scheduler;

/// <summary>
/// Tells what happens to trials and workers on pub/sub, as CloudEvents. One that could not be published is published
/// again under the same id, so that a handler may get it twice; one that was overrun while the sidecar was away is
/// missing, which the next one's number shows.
/// </summary>
/// <param name="sidecar">The sidecar.</param>
/// <param name="scheduled">The studies that workers run.</param>
/// <param name="asked">Those whose trials others run.</param>
/// <param name="fleet">The workers.</param>
/// <param name="time">The clock.</param>
internal sealed class EventPublisher(
    Sidecar sidecar, ScheduledStudies scheduled, AskedStudies asked, FleetHost fleet, TimeProvider time)
    : BackgroundService
{
    private const int Backlog = 4096;
    private static readonly TimeSpan _again = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _look = TimeSpan.FromMilliseconds(500);

    private readonly Channel<SidecarEvent> _events = Channel.CreateBounded<SidecarEvent>(
        new BoundedChannelOptions(Backlog) { FullMode = BoundedChannelFullMode.DropOldest });

    private ImmutableDictionary<string, string> _workers = ImmutableDictionary<string, string>.Empty;
    private string? _told;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        scheduled.Told = asked.Told =
            (study, told) => _events.Writer.TryWrite(SidecarEvent.Of(study, told, time.GetUtcNow()));
        using var client = new DaprClientBuilder()
            .UseGrpcEndpoint(sidecar.Grpc.ToString())
            .UseHttpEndpoint(sidecar.Http.ToString())
            .UseDaprApiToken(sidecar.Token ?? "")
            .Build();
        var looking = LookAsync(stoppingToken);
        try
        {
            await foreach (var next in _events.Reader.ReadAllAsync(stoppingToken))
                await PublishAsync(client, next, stoppingToken);
        }
        catch (OperationCanceledException)
        {
            // This process ends.
        }

        await looking;
    }

    private async Task PublishAsync(DaprClient client, SidecarEvent next, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await client.PublishByteEventAsync(
                    sidecar.Events, SidecarEvent.Topic, next.ToJson(), SidecarEvent.ContentType, null,
                    cancellationToken);
                _told = null;
                return;
            }
            catch (DaprException e)
            {
                Tell($"events cannot be published by the sidecar at {sidecar.Grpc}, and wait: "
                    + $"{e.GetBaseException().Message} It has to be there, to take DAPR_API_TOKEN, and to have the "
                    + $"pub/sub component '{sidecar.Events}': dapr/components/tunegraph-events.yaml in the folder of "
                    + "its --resources-path.");
                await Task.Delay(_again, time, cancellationToken);
            }
        }
    }

    private void Tell(string line)
    {
        if (_told != line)
            Console.Error.WriteLine($"scheduler: {line}");
        _told = line;
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var timer = new PeriodicTimer(_look, time);
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                var now = fleet.Ask(f => f.Members.ToImmutableDictionary(m => m.Token, m => m.Offer.Name));
                foreach (var (token, name) in now.Where(worker => !_workers.ContainsKey(worker.Key)))
                    _events.Writer.TryWrite(SidecarEvent.OfWorker("joined", name, token, time.GetUtcNow()));
                foreach (var (token, name) in _workers.Where(worker => !now.ContainsKey(worker.Key)))
                    _events.Writer.TryWrite(SidecarEvent.OfWorker("left", name, token, time.GetUtcNow()));
                _workers = now;
            }
        }
        catch (OperationCanceledException)
        {
            // This process ends.
        }
    }
}
