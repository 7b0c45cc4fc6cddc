using Dapr.AppCallback.Autogen.Grpc.v1;
using Dapr.Client.Autogen.Grpc.v1;
using Grpc.Core;
using TuneGraph.Tests.Sidecar;
using TuneGraph.Worker;

namespace TuneGraph.Benchmarks;

/// <summary>
/// The messages of an all-reduce without the protocol: as many bytes in as many chunks and the same two hops, published
/// and taken by the same client, and nothing summed, numbered or kept. What remains is gRPC's part and the double's.
/// </summary>
internal sealed class BusFloor : IDisposable
{
    private readonly CancellationTokenSource _end = new();
    private readonly List<DaprLink> _links = [];
    private readonly SemaphoreSlim[] _taken;
    private readonly int _chunkBytes;

    private BusFloor(int ranks, int chunkBytes) =>
        (_chunkBytes, _taken) = (chunkBytes, [.. Enumerable.Range(0, ranks).Select(_ => new SemaphoreSlim(0))]);

    internal static async Task<BusFloor> OpenAsync(DaprSidecar sidecar, int ranks, int chunkBytes)
    {
        var floor = new BusFloor(ranks, chunkBytes);
        for (var rank = 0; rank < ranks; rank++)
        {
            var link = new DaprLink(new DaprSettings { Grpc = sidecar.Grpc });
            floor._links.Add(link);
            var call = await link.SubscribeAsync(TopicOf(rank), floor._end.Token);
            _ = floor.TakeAsync(call, floor._taken[rank]);
        }

        return floor;
    }

    /// <summary>A rank's part of one all-reduce: a shard to each other one, twice, and as much from them.</summary>
    internal async Task CallAsync(int rank, int bytes)
    {
        var ranks = _links.Count;
        for (var hop = 0; hop < 2; hop++)
        {
            var sizes = Chunks(bytes / ranks).ToList();
            var sent = Enumerable.Range(0, ranks).Where(to => to != rank).SelectMany(to =>
                sizes.Select(size => _links[rank].PublishAsync(TopicOf(to), new byte[size])));
            var all = Task.WhenAll(sent);
            for (var message = 0; message < (ranks - 1) * sizes.Count; message++)
                await _taken[rank].WaitAsync();
            await all;
        }
    }

    public void Dispose()
    {
        _end.Cancel();
        _links.ForEach(link => link.Dispose());
    }

    private static string TopicOf(int rank) => $"floor-{rank}";

    private IEnumerable<int> Chunks(int bytes)
    {
        for (var left = bytes; left > 0; left -= _chunkBytes)
            yield return Math.Min(left, _chunkBytes);
    }

    private async Task TakeAsync(
        AsyncDuplexStreamingCall<SubscribeTopicEventsRequestAlpha1, SubscribeTopicEventsResponseAlpha1> call,
        SemaphoreSlim taken)
    {
        var success = new TopicEventResponse();
        try
        {
            while (await call.ResponseStream.MoveNext(_end.Token))
            {
                if (call.ResponseStream.Current.EventMessage is not { } message)
                    continue;
                taken.Release();
                await call.RequestStream.WriteAsync(
                    new() { EventProcessed = new() { Id = message.Id, Status = success } }, _end.Token);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or RpcException)
        {
            // Over.
        }
    }
}
