using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using TuneGraph.Scheduler;
using TuneGraph.Tests.Sidecar;

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
            var (id, message) = await seen.Deliveries.ReadAsync(stop);
            seen.Settle(id);
            var next = JsonDocument.Parse(Encoding.UTF8.GetString(message.Data.Span)).RootElement;
            if (Of(next, "type").StartsWith("tunegraph.trial.", StringComparison.Ordinal))
                return next;
        }
    }

    private static string Of(JsonElement @event, string name) => @event.GetProperty(name).GetString()!;
}
