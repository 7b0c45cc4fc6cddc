using System.Collections.Concurrent;
using System.Threading.Channels;
using Dapr;
using Dapr.Client;
using TuneGraph.Hosting;

namespace TuneGraph.Scheduler;

/// <summary>
/// Tells what happens to trials and workers on pub/sub, as CloudEvents. They are read from the studies' own logs, which
/// the change itself has written, from where the last one was published: what was committed is published once the
/// sidecar takes it, whatever happens to this process meanwhile, and maybe twice.
/// </summary>
/// <param name="sidecar">The sidecar.</param>
/// <param name="scheduled">The studies that workers run.</param>
/// <param name="asked">Those whose trials others run.</param>
/// <param name="fleet">The workers.</param>
/// <param name="cursors">How far it has come.</param>
/// <param name="time">The clock.</param>
internal sealed class EventPublisher(
    Sidecar sidecar,
    ScheduledStudies scheduled,
    AskedStudies asked,
    FleetHost fleet,
    EventCursors cursors,
    TimeProvider time)
    : BackgroundService
{
    private const int Batch = 64;
    private static readonly TimeSpan _again = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _look = TimeSpan.FromMilliseconds(500);

    private readonly ConcurrentDictionary<string, bool> _grown = [];
    private readonly Channel<bool> _bell = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private Dictionary<string, string>? _workers;
    private string? _told;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        scheduled.Told = asked.Told = (study, _) => Ring(study);
        using var client = sidecar.Client();
        try
        {
            while (!TryKnow())
                await Task.Delay(_again, time, stoppingToken);
            var bell = _bell.Reader.WaitToReadAsync(stoppingToken).AsTask();
            while (true)
            {
                var isWell = await PublishAsync(client, stoppingToken);
                var look = Task.Delay(isWell ? _look : _again, time, stoppingToken);
                if (!isWell)
                    await look;
                if (await Task.WhenAny(bell, look) != bell)
                {
                    await look; // the end of this process, too
                    continue;
                }

                await bell;
                _bell.Reader.TryRead(out _);
                bell = _bell.Reader.WaitToReadAsync(stoppingToken).AsTask();
            }
        }
        catch (OperationCanceledException)
        {
            // This process ends.
        }
    }

    private void Ring(string study)
    {
        _grown[study] = true;
        _bell.Writer.TryWrite(true);
    }

    // What grew while no scheduler was there.
    private bool TryKnow()
    {
        try
        {
            _workers = cursors.Workers();
            foreach (var name in asked.Names())
                _grown[name] = true;
            return true;
        }
        catch (Exception e) when (e is StoreException or IOException)
        {
            Tell($"events wait, since studies cannot be read: {e.Message}");
            return false;
        }
    }

    /// <returns>Whether everything was published.</returns>
    private async Task<bool> PublishAsync(DaprClient client, CancellationToken cancellationToken)
    {
        var study = "";
        try
        {
            foreach (var name in _grown.Keys)
            {
                study = name;
                if (_grown.TryRemove(name, out _))
                    await StudyAsync(client, name, cancellationToken);
            }

            study = "";
            await WorkersAsync(client, cancellationToken);
            _told = null;
            return true;
        }
        catch (DaprException e)
        {
            Tell($"events cannot be published by the sidecar at {sidecar.Grpc}, and wait: "
                + $"{e.GetBaseException().Message} It has to be there, to take DAPR_API_TOKEN, and to have the "
                + $"pub/sub component '{sidecar.Events}': dapr/components/tunegraph-events.yaml in the folder of "
                + "its --resources-path.");
        }
        catch (Exception e) when (e is StoreException or IOException)
        {
            Tell($"events wait: {e.Message}");
        }

        if (study.Length > 0)
            _grown[study] = true;
        return false;
    }

    private async Task StudyAsync(DaprClient client, string study, CancellationToken cancellationToken)
    {
        var cursor = cursors.Of(study);
        if (asked.Follow(study, cursor.Number) is not { } stored)
            return;
        foreach (var batch in stored.Log.Chunk(Batch))
        {
            var number = cursor.Number;
            foreach (var logged in batch)
            {
                var told = new FeedEvent(++number, logged.Event, logged.Metrics, null);
                await SendAsync(client, SidecarEvent.Of(study, told, logged.At), cancellationToken);
            }

            cursors.Set(study, cursor = cursor with { Number = number });
        }

        var state = stored.State.ToString();
        if (state == cursor.State)
            return;
        var changed = new FeedEvent(cursor.Number, null, null, stored.State);
        await SendAsync(client, SidecarEvent.Of(study, changed, stored.ChangedAt), cancellationToken);
        cursors.Set(study, cursor with { State = state });
    }

    // Workers have no log: who was told to be there and is no more has left, if need be under an earlier scheduler.
    private async Task WorkersAsync(DaprClient client, CancellationToken cancellationToken)
    {
        var now = fleet.Ask(f => f.Members.ToDictionary(m => SidecarEvent.LeaseOf(m.Token), m => m.Offer.Name));
        var told = _workers!;
        if (now.Count == told.Count && now.Keys.All(told.ContainsKey))
            return;
        // Written down first: that it left is told, whoever dies meanwhile, even if that it joined may not have been.
        cursors.Set(new Dictionary<string, string>([.. told, .. now.Where(worker => !told.ContainsKey(worker.Key))]));
        foreach (var (lease, name) in told.Where(worker => !now.ContainsKey(worker.Key)))
            await SendAsync(client, SidecarEvent.OfWorker("left", name, lease, time.GetUtcNow()), cancellationToken);
        foreach (var (lease, name) in now.Where(worker => !told.ContainsKey(worker.Key)))
            await SendAsync(client, SidecarEvent.OfWorker("joined", name, lease, time.GetUtcNow()), cancellationToken);
        _workers = now;
        cursors.Set(now);
    }

    private Task SendAsync(DaprClient client, SidecarEvent next, CancellationToken cancellationToken) =>
        client.PublishByteEventAsync(
            sidecar.Events, SidecarEvent.Topic, next.ToJson(), SidecarEvent.ContentType, null, cancellationToken);

    private void Tell(string line)
    {
        if (_told != line)
            Console.Error.WriteLine($"scheduler: {line}");
        _told = line;
    }
}
