using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using TuneGraph.Scheduler;
using TuneGraph.Tests.Hosts;
using TuneGraph.Tests.Sidecar;
using TuneGraph.Tests.Sweeps;

namespace TuneGraph.Tests.Dapr;

/// <summary>Events of trials and workers on pub/sub, and results that come by it.</summary>
public sealed class SidecarEventTests
{
    private const int LimitMilliseconds = 120_000;
    private const string Line = """{"space": {"x": {"type": "float", "low": 0, "high": 1}}, "sampler": "random"}""";

    [Fact(Timeout = LimitMilliseconds)]
    public async Task What_happens_to_trials_is_told_in_order_as_CloudEvents()
    {
        var stop = TestContext.Current.CancellationToken;
        await using var hosts = await ActorHosts.StartAsync(1);
        using var seen = Watch(hosts);
        using var api = hosts.Client();
        await api.MakeAsync("line", Line, stop);
        await api.AskAsync("line", 1, stop);
        await api.TellAsync("line", 0, new TellRequest(Value: 0.5), stop);

        var (asked, told) = (await NextAsync(seen, stop), await NextAsync(seen, stop));
        Assert.Equal(("line/1", "tunegraph.trial.asked"), (Of(asked, "id"), Of(asked, "type")));
        Assert.Equal(("line/2", "tunegraph.trial.told"), (Of(told, "id"), Of(told, "type")));
        Assert.Equal(("1.0", "line"), (Of(told, "specversion"), Of(told, "subject")));
        Assert.Equal("completed", told.GetProperty("data").GetProperty("state").GetString());
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Events_wait_for_a_sidecar_that_lacks_their_component()
    {
        var stop = TestContext.Current.CancellationToken;
        await using var hosts = await ActorHosts.StartAsync(1);
        using var api = hosts.Client();
        await api.MakeAsync("line", Line, stop);
        await api.AskAsync("line", 1, stop);
        using var seen = Watch(hosts);
        Assert.Equal("line/1", Of(await NextAsync(seen, stop), "id"));
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task What_was_committed_and_not_published_when_the_scheduler_was_killed_is_published_by_the_next()
    {
        var stop = TestContext.Current.CancellationToken;
        using var folder = new TemporaryFolder();
        using var broker = new Broker();
        using var seen = broker.With("tunegraph-events")
            .Subscribe("tunegraph-events", SidecarEvent.Topic, "me", null);
        await using var sidecar = await new DaprSidecar(broker, "tunegraph-scheduler").StartAsync();
        string left;
        await using (var first = await SchedulerAsync(sidecar, folder["data"], stop))
        {
            using var api = new SchedulerClient(first.Address);
            await api.MakeAsync("line", Line, stop);
            await api.AskAsync("line", 1, stop);
            Assert.Equal("line/1", Of(await NextAsync(seen, stop), "id"));
            var joined = await JoinAsync(api, first.Address, seen, stop);
            left = joined.Replace("/joined", "/left", StringComparison.Ordinal);
            await sidecar.KillAsync(); // from here to the kill nothing can be published, and all is committed
            await api.TellAsync("line", 0, new TellRequest(Value: 0.5), stop);
            await api.AskAsync("line", 2, stop);
            await first.KillAsync();
        }

        await sidecar.StartAsync();
        await using var second = await SchedulerAsync(sidecar, folder["data"], stop);

        var (ids, types, hasLeft) = (new List<string>(), new List<string>(), false);
        while (ids.Count < 3 || !hasLeft)
        {
            var next = await NextOfAnyAsync(seen, stop);
            hasLeft |= Of(next, "id") == left;
            // One that was published before its cursor was written may come once more.
            var isOfTrial = Of(next, "type").StartsWith("tunegraph.trial.", StringComparison.Ordinal);
            if (Of(next, "id") is "line/1" || !isOfTrial)
                continue;
            ids.Add(Of(next, "id"));
            types.Add(Of(next, "type"));
        }

        Assert.Equal(["line/2", "line/3", "line/4"], ids);
        Assert.Equal(["tunegraph.trial.told", "tunegraph.trial.asked", "tunegraph.trial.asked"], types);
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task A_result_by_pub_sub_is_taken_once_and_what_nobody_can_take_is_a_dead_letter()
    {
        var stop = TestContext.Current.CancellationToken;
        await using var hosts = await ActorHosts.StartAsync(1);
        hosts.Broker.With("tunegraph-events", new() { Duplicate = 0.5, ReplaysFromStart = true });
        using var dead = hosts.Broker.Subscribe("tunegraph-events", ResultEvents.DeadTopic, "me", null);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using var api = hosts.Client();
        await api.MakeAsync("line", Line, stop);
        await api.AskAsync("line", 8, stop);
        var delivering = hosts.Sidecar().DeliverAsync(ended.Token);

        for (var trial = 0; trial < 8; trial++)
            Publish(hosts, new JsonObject
            {
                ["study"] = "line",
                ["trial"] = trial,
                ["result"] = new JsonObject { ["value"] = trial },
            });
        Publish(hosts, new JsonObject { ["study"] = "nobody's", ["trial"] = 1, ["result"] = new JsonObject() });

        var letter = JsonDocument.Parse((await dead.Deliveries.ReadAsync(stop)).Message.Data.Memory).RootElement;
        Assert.Equal("nobody's", letter.GetProperty("data").GetProperty("study").GetString());
        while ((await api.StudyAsync("line", stop)).Trials.GetValueOrDefault("completed") < 8)
            await Task.Yield();
        Assert.Equal(
            Enumerable.Range(0, 8).Select(value => (double?)value),
            (await api.TrialsAsync("line", stop)).Select(trial => trial.Value));
        await ended.CancelAsync();
        await delivering;
    }

    private static Task<HostProcess> SchedulerAsync(
        DaprSidecar sidecar, string data, CancellationToken cancellationToken) => HostProcess.ListenAsync(
            "Scheduler",
            ["--urls", "http://127.0.0.1:0", "--data", data],
            cancellationToken,
            new Dictionary<string, string>
            {
                ["DAPR_HTTP_ENDPOINT"] = sidecar.Http.ToString(),
                ["DAPR_GRPC_ENDPOINT"] = sidecar.Grpc.ToString(),
            });

    /// <summary>A worker joins, and its event comes.</summary>
    /// <returns>The event's id.</returns>
    private static async Task<string> JoinAsync(
        SchedulerClient api, Uri scheduler, Subscription seen, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { BaseAddress = scheduler };
        var version = await http.GetStringAsync(new Uri("/version", UriKind.Relative), cancellationToken);
        await api.JoinAsync(
            new WorkerOffer("w1", "first", version.Trim().Split(' ')[^1], 1, 1, 0, 1L << 30, []), cancellationToken);
        while (true)
        {
            var next = await NextOfAnyAsync(seen, cancellationToken);
            if (Of(next, "type") == "tunegraph.worker.joined")
                return Of(next, "id");
        }
    }

    private static Subscription Watch(ActorHosts hosts) =>
        hosts.Broker.With("tunegraph-events").Subscribe("tunegraph-events", SidecarEvent.Topic, "me", null);

    private static void Publish(ActorHosts hosts, JsonObject data) =>
        hosts.Broker.Publish(
            "tunegraph-events",
            ResultEvents.Topic,
            ByteString.CopyFromUtf8(new JsonObject { ["specversion"] = "1.0", ["data"] = data }.ToJsonString()),
            SidecarEvent.ContentType);

    private static async Task<JsonElement> NextAsync(Subscription seen, CancellationToken stop)
    {
        while (true)
        {
            var next = await NextOfAnyAsync(seen, stop);
            if (Of(next, "type").StartsWith("tunegraph.trial.", StringComparison.Ordinal))
                return next;
        }
    }

    private static async Task<JsonElement> NextOfAnyAsync(Subscription seen, CancellationToken stop)
    {
        var (id, message) = await seen.Deliveries.ReadAsync(stop);
        seen.Settle(id);
        return JsonDocument.Parse(Encoding.UTF8.GetString(message.Data.Span)).RootElement;
    }

    private static string Of(JsonElement @event, string name) => @event.GetProperty(name).GetString()!;
}
