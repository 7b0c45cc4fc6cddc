using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace TuneGraph.Tests.Hosts;

/// <summary>What a scheduler says to those who are no workers, and what it refuses.</summary>
public sealed class SchedulerApiTests
{
    private const int LimitMilliseconds = 120_000;
    private const string Offer = """
        {"name":"w1","instance":"1","version":"0.0.1","slots":1,"cores":1,"accelerators":0,"memoryBytes":0,"labels":[]}
        """;

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Without_the_token_nobody_learns_anything_but_its_health()
    {
        var stop = TestContext.Current.CancellationToken;
        await using var cluster = new ClusterProcesses { Token = "secret" };
        await cluster.StartSchedulerAsync(stop);
        cluster.StartWorker("w1");
        await cluster.UntilAsync(async () => (await cluster.Client.WorkersAsync(stop)).Length == 1, stop);

        using var http = new HttpClient { BaseAddress = cluster.Address };
        Assert.Equal("healthy\n", await http.GetStringAsync("healthz/live", stop));
        Assert.Equal("ready\n", await http.GetStringAsync("healthz/ready", stop));
        using var refused = await http.GetAsync("api/v1/studies", stop);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Equal("token-required", await CodeAsync(refused, stop));
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "secres");
        using var wrong = await http.GetAsync("openapi/v1.json", stop);
        Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
        Assert.DoesNotContain("secret", cluster.Said, StringComparison.Ordinal);
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task A_study_is_stopped_resumed_given_trials_and_followed()
    {
        var stop = TestContext.Current.CancellationToken;
        await using var cluster = new ClusterProcesses();
        await cluster.StartSchedulerAsync(stop);
        var sweep = FleetSweep.Write(cluster.PathOf("wine.yaml"), trials: 4, epochs: 30);
        var submitted = await cluster.Client.SubmitAsync(sweep, cancellationToken: stop);
        Assert.Equal(4, submitted.Budget);
        await cluster.UntilAsync(
            async () => (await cluster.Client.StudyAsync("wine", stop)).Waiting is not null, stop);

        // Without any worker: a stop needs nobody, and what waited is cancelled.
        await cluster.Client.StopAsync("wine", stop);
        var stopped = await cluster.EndAsync("wine", stop);
        Assert.Equal(("interrupted", "stopped by request"), (stopped.State, stopped.Reason));
        var late = await Assert.ThrowsAsync<SchedulerException>(() => cluster.Client.RetryAsync("wine", 0, stop));
        Assert.Equal("study-not-running", late.Code);

        await cluster.Client.ResumeAsync("wine", stop);
        await cluster.UntilAsync(
            async () => (await cluster.Client.StudyAsync("wine", stop)).State == "running", stop);
        var first = (await cluster.Client.TrialsAsync("wine", stop))[0];
        var again = await cluster.Client.EnqueueAsync("wine", new TrialRequest(first.Parameters), stop);
        Assert.Equal(first.Parameters.Keys, again.Parameters.Keys);
        cluster.StartWorker("w1", 2);
        Assert.Equal("finished", (await cluster.EndAsync("wine", stop)).State);

        var trials = await cluster.Client.TrialsAsync("wine", stop);
        Assert.Equal(trials[0].Value, trials[again.Trial].Value);
        Assert.Equal(trials.MinBy(trial => trial.Value)!.Value, (await cluster.Client.BestAsync("wine", stop)).Value);
        await FollowAsync(cluster, stop);
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task What_cannot_be_done_is_refused_with_a_code_and_the_way_out()
    {
        var stop = TestContext.Current.CancellationToken;
        await using var cluster = new ClusterProcesses();
        await cluster.StartSchedulerAsync(stop);
        using var http = new HttpClient { BaseAddress = cluster.Address };

        var missing = await Assert.ThrowsAsync<SchedulerException>(() => cluster.Client.StudyAsync("none", stop));
        Assert.Equal("study-not-found", missing.Code);
        using var version = await http.PostAsync("api/v1/workers", Json(Offer), stop);
        Assert.Equal("worker-version", await CodeAsync(version, stop));
        using var cut = await http.PutAsync(
            $"api/v1/artifacts/{new string('0', 64)}", new ByteArrayContent([1, 2, 3]), stop);
        Assert.Equal("artifact-damaged", await CodeAsync(cut, stop));
        using var garbage = await http.PostAsync("api/v1/studies", Json("{"), stop);
        Assert.Equal(HttpStatusCode.BadRequest, garbage.StatusCode);
        var hash = new string('1', 64);
        using var noData = await http.PostAsync("api/v1/studies", Submission(File.ReadAllText(
            FleetSweep.Write(cluster.PathOf("wine.yaml"))), hash), stop);
        Assert.Equal("artifact-not-found", await CodeAsync(noData, stop));
        using var mistakes = await http.PostAsync("api/v1/studies", Submission("kind: Sweep\nbugdet: 1", hash), stop);
        Assert.Equal("sweep-invalid", await CodeAsync(mistakes, stop));
        var told = await mistakes.Content.ReadAsStringAsync(stop);
        Assert.Contains("sweep.yaml(2,1): error TG0103: unknown key", told, StringComparison.Ordinal);
        Assert.Empty(await cluster.Client.StudiesAsync(stop));

        using var document = JsonDocument.Parse(await http.GetStringAsync("openapi/v1.json", stop));
        var paths = document.RootElement.GetProperty("paths").EnumerateObject().Select(path => path.Name).ToList();
        Assert.Contains("/api/v1/studies/{name}/trials", paths);
        Assert.Contains("/api/v1/workers/{token}/renew", paths);
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task A_repeated_call_changes_nothing_and_gets_the_first_answer()
    {
        var stop = TestContext.Current.CancellationToken;
        await using var cluster = new ClusterProcesses();
        await cluster.StartSchedulerAsync(stop);
        var sweep = FleetSweep.Write(cluster.PathOf("wine.yaml"));
        await cluster.Client.SubmitAsync(sweep, cancellationToken: stop);
        using var http = new HttpClient { BaseAddress = cluster.Address };
        async Task<(HttpStatusCode Status, string Body)> EnqueueAsync(string key)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "api/v1/studies/wine/trials")
            {
                Content = Json("""{"parameters":{"width":8,"lr":0.005}}"""),
            };
            request.Headers.Add("Idempotency-Key", key);
            using var answer = await http.SendAsync(request, stop);
            return (answer.StatusCode, await answer.Content.ReadAsStringAsync(stop));
        }

        await cluster.UntilAsync(async () => (await cluster.Client.StudyAsync("wine", stop)).State == "running", stop);
        var first = await EnqueueAsync("a");
        var repeated = await EnqueueAsync("a");
        var other = await EnqueueAsync("b");

        Assert.Equal(HttpStatusCode.Created, first.Status);
        Assert.Equal(first, repeated);
        Assert.NotEqual(first.Body, other.Body);
    }

    private static async Task FollowAsync(ClusterProcesses cluster, CancellationToken cancellationToken)
    {
        var log = cluster.Stored("wine").Log;
        using var http = new HttpClient { BaseAddress = cluster.Address };
        using var request = new HttpRequestMessage(HttpMethod.Get, "api/v1/studies/wine/events");
        request.Headers.Add("Last-Event-ID", "3");
        using var answer = await http.SendAsync(
            request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType!.MediaType);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(cancellationToken));
        for (var number = 4; number <= log.Length; number++)
        {
            Assert.Equal($"id: {number}", await reader.ReadLineAsync(cancellationToken));
            Assert.StartsWith("event: ", await reader.ReadLineAsync(cancellationToken), StringComparison.Ordinal);
            var data = (await reader.ReadLineAsync(cancellationToken))!["data: ".Length..];
            using var json = JsonDocument.Parse(data);
            Assert.Equal(log[number - 1].Event.Number, json.RootElement.GetProperty("trial").GetInt32());
            Assert.Equal("", await reader.ReadLineAsync(cancellationToken));
        }
    }

    private static async Task<string?> CodeAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
        using var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(cancellationToken));
        return problem.RootElement.GetProperty("code").GetString();
    }

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    private static StringContent Submission(string sweep, string hash) => Json(
        $$"""{"sweep":{{JsonSerializer.Serialize(sweep)}},"data":[{"name":"wine.csv.gz","sha256":"{{hash}}"}]}""");
}
