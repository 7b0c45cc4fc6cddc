using System.Diagnostics;
using System.Net;
using System.Text;
using TuneGraph.Tests.Repository;

namespace TuneGraph.Tests.Hosts;

/// <summary>Anybody may use the search over HTTP.</summary>
public sealed class AskTellTests
{
    private const int LimitMilliseconds = 120_000;
    private const string Line = """
        {"space": {"x": {"type": "float", "low": 0, "high": 1}}, "sampler": "random", "seed": 7,
         "budget": {"trials": 6}}
        """;


    [Fact(Timeout = LimitMilliseconds)]
    public async Task A_study_is_made_asked_and_told()
    {
        var stop = TestContext.Current.CancellationToken;
        await using var cluster = new ClusterProcesses();
        await cluster.StartSchedulerAsync(stop);
        var made = await cluster.Client.MakeAsync("line", Line, stop);
        Assert.Equal(("running", 6, "random"), (made.State, made.Budget, made.Sampler));
        Assert.Equal(made.CreatedAt, (await cluster.Client.MakeAsync("line", Line, stop)).CreatedAt);

        var asked = await cluster.Client.AskAsync("line", 4, stop);
        Assert.Equal([0, 1, 2, 3], asked.Trials.Select(trial => trial.Trial));
        foreach (var trial in asked.Trials.Take(2))
            await cluster.Client.TellAsync("line", trial.Trial, Value(trial.Parameters["x"].GetDouble()), stop);
        await cluster.Client.TellAsync("line", 2, new TellRequest("failed", Reason: "it broke"), stop);
        await cluster.Client.TellAsync("line", 3, new TellRequest("infeasible"), stop);

        var again = await cluster.Client.TellAsync("line", 2, new TellRequest("failed"), stop);
        Assert.Equal(("failed", "it broke"), (again.State, again.Reason));
        var other = await Assert.ThrowsAsync<SchedulerException>(
            () => cluster.Client.TellAsync("line", 2, Value(1), stop));
        Assert.Equal("trial-over", other.Code);
        var best = await cluster.Client.BestAsync("line", stop);
        Assert.Equal(asked.Trials.Take(2).Min(trial => trial.Parameters["x"].GetDouble()), best.Value);
        var view = Assert.Single(await cluster.Client.StudiesAsync(stop));
        Assert.Equal(
            new Dictionary<string, int> { ["completed"] = 2, ["failed"] = 1, ["infeasible"] = 1 }, view.Trials);

        var rest = await cluster.Client.AskAsync("line", 5, stop);
        Assert.Equal((2, true), (rest.Trials.Length, rest.IsOver));
        Assert.Equal(1, (await cluster.Client.ImportanceAsync("line", stop)).Single().Share, 1e-12);
        var exported = await cluster.Client.ExportAsync("line", "csv", stop);
        Assert.StartsWith("number,state,value,steps,x,", exported, StringComparison.Ordinal);
    }

    [Theory(Timeout = LimitMilliseconds)]
    [InlineData("tell", """{"state": "completed", "value": NaN}""")]
    [InlineData("steps", """{"step": 1, "value": NaN}""")]
    public async Task A_number_that_JSON_does_not_have_is_refused_with_the_way_out(string call, string body)
    {
        var stop = TestContext.Current.CancellationToken;
        await using var cluster = new ClusterProcesses();
        await cluster.StartSchedulerAsync(stop);
        await cluster.Client.MakeAsync("line", Line, stop);
        await cluster.Client.AskAsync("line", 1, stop);
        using var http = new HttpClient { BaseAddress = cluster.Address };
        using var content = new StringContent(body, Encoding.UTF8, "application/json");

        using var answer = await http.PostAsync($"api/v1/studies/line/trials/0/{call}", content, stop);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var text = await answer.Content.ReadAsStringAsync(stop);
        Assert.Contains("request-invalid", text, StringComparison.Ordinal);
        Assert.Contains("JSON has no NaN and no infinity", text, StringComparison.Ordinal);
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task A_hopeless_trial_is_told_to_stop_and_needs_no_word_more()
    {
        var stop = TestContext.Current.CancellationToken;
        await using var cluster = new ClusterProcesses();
        await cluster.StartSchedulerAsync(stop);
        await cluster.Client.MakeAsync(
            "line",
            """
            {"space": {"x": {"type": "float", "low": 0, "high": 1}},
             "pruner": {"type": "median", "startupTrials": 2, "warmupSteps": 0}}
            """,
            stop);
        for (var trial = 0; trial < 2; trial++)
        {
            await cluster.Client.AskAsync("line", 1, stop);
            Assert.True((await cluster.Client.ReportAsync("line", trial, new StepRequest(1, trial), stop)).GoOn);
            await cluster.Client.TellAsync("line", trial, Value(trial), stop);
        }

        await cluster.Client.AskAsync("line", 1, stop);
        var verdict = await cluster.Client.ReportAsync("line", 2, new StepRequest(1, 100), stop);

        Assert.Equal((false, "pruned"), (verdict.GoOn, verdict.State));
        Assert.NotNull(verdict.Reason);
        Assert.Equal("pruned", (await cluster.Client.TellAsync("line", 2, Value(100), stop)).State);
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task What_a_program_prints_for_a_trial_is_kept_once_and_outlives_the_scheduler()
    {
        var stop = TestContext.Current.CancellationToken;
        await using var cluster = new ClusterProcesses();
        await cluster.StartSchedulerAsync(stop);
        await cluster.Client.MakeAsync("line", Line, stop);
        await cluster.Client.AskAsync("line", 1, stop);
        PrintedLine[] lines = [new(null, IsError: false, "first\nsecond"), new(1, IsError: true, "\u001b[31mred")];

        await cluster.Client.PrintAsync("line", 0, lines, stop);
        await cluster.Client.TellAsync("line", 0, Value(1), stop);
        const string Last = """{"lines": [{"text": "last words"}]}""";
        Assert.Equal(HttpStatusCode.NoContent, (await PrintAsync(cluster, Last, stop)).Status);
        cluster.KillScheduler();
        await cluster.StartSchedulerAsync(stop);
        Assert.Equal(HttpStatusCode.NoContent, (await PrintAsync(cluster, Last, stop)).Status);

        var printed = await cluster.Client.PrintedAsync("line", new PrintedQuery { Trial = 0 }, stop);
        Assert.Equal(
            [(null, "first"), (null, "second"), (1, "red"), (null, "last words")],
            printed.Select(line => (line.Line.Rank, line.Line.Text)));
        Assert.Equal([1], printed.Where(line => line.Line.IsError).Select(line => line.Line.Rank));
        var shown = await Cli.Invocation.OfAsync(
            "logs", "line", "--search", "WORDS", "--server", cluster.Address.ToString());
        Assert.EndsWith(" trial 0 - out: last words\n", shown.Output, StringComparison.Ordinal);
    }

    [Theory(Timeout = LimitMilliseconds)]
    [InlineData("{}", "needs its 'lines'")]
    [InlineData("""{"lines": [null]}""", "each with its 'text'")]
    [InlineData("""{"lines": [{"isError": true}]}""", "each with its 'text'")]
    [InlineData(null, "There are 1001 lines with 2002 characters; at most 1000 lines and 131072 characters")]
    public async Task What_cannot_be_taken_for_printed_lines_is_refused_with_the_reason(string? body, string reason)
    {
        var stop = TestContext.Current.CancellationToken;
        await using var cluster = new ClusterProcesses();
        await cluster.StartSchedulerAsync(stop);
        await cluster.Client.MakeAsync("line", Line, stop);
        await cluster.Client.AskAsync("line", 1, stop);
        var many = string.Join(", ", Enumerable.Repeat("""{"text": "x"}""", 1001));

        var (status, text) = await PrintAsync(cluster, body ?? $$"""{"lines": [{{many}}]}""", stop);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains(reason, text.Replace("\\u0027", "'", StringComparison.Ordinal), StringComparison.Ordinal);
        var trial = await Assert.ThrowsAsync<SchedulerException>(
            () => cluster.Client.PrintAsync("line", 1, [new(null, false, "x")], stop));
        Assert.Equal("trial-not-found", trial.Code);
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task A_trial_of_which_nothing_is_heard_has_failed()
    {
        var stop = TestContext.Current.CancellationToken;
        await using var cluster = new ClusterProcesses();
        await cluster.StartSchedulerAsync(stop);
        await cluster.Client.MakeAsync(
            "line", """{"space": {"x": {"type": "float", "low": 0, "high": 1}}, "lease": "1s"}""", stop);
        await cluster.Client.AskAsync("line", 1, stop);

        await cluster.UntilAsync(
            async () => (await cluster.Client.TrialsAsync("line", stop))[0].State == "failed", stop);

        Assert.Equal(
            "no word from whoever runs it for 1 s", (await cluster.Client.TrialsAsync("line", stop))[0].Reason);
    }

    [Theory(Timeout = LimitMilliseconds)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task After_the_death_of_the_scheduler_the_study_and_its_answers_are_the_same(bool inDatabase)
    {
        var stop = TestContext.Current.CancellationToken;
        using var link = inDatabase ? new CutLink(TestPostgres.Require()) : null;
        await using var cluster = new ClusterProcesses { Postgres = link?.Connection };
        await cluster.StartSchedulerAsync(stop);
        await cluster.Client.MakeAsync("line", Line, stop);
        var first = await AskAsync(cluster, "the same key", stop);

        cluster.KillScheduler();
        await cluster.StartSchedulerAsync(stop);
        string? repeated = null;
        await cluster.UntilAsync(
            async () => (repeated = await AskAsync(cluster, "the same key", stop)) is not null, stop);

        Assert.Equal(first, repeated);
        Assert.NotEqual(first, await AskAsync(cluster, "another key", stop));
        Assert.Equal(2, (await cluster.Client.TrialsAsync("line", stop)).Length);
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task What_is_no_study_is_refused_with_the_place_of_each_mistake()
    {
        var stop = TestContext.Current.CancellationToken;
        await using var cluster = new ClusterProcesses();
        await cluster.StartSchedulerAsync(stop);

        var mistakes = await Assert.ThrowsAsync<SchedulerException>(() => cluster.Client.MakeAsync(
            "line", """{"space": {"x": {"type": "float", "low": 1, "high": 0}}, "smapler": "tpe"}""", stop));
        Assert.Equal("sweep-invalid", mistakes.Code);
        Assert.Equal(2, mistakes.Errors.Length);
        Assert.Contains("did you mean 'sampler'?", mistakes.Message, StringComparison.Ordinal);
        var name = await Assert.ThrowsAsync<SchedulerException>(
            () => cluster.Client.MakeAsync("../etc", Line, stop));
        Assert.Contains("cannot be the name of a study", name.Message, StringComparison.Ordinal);
        await cluster.Client.MakeAsync("line", Line, stop);
        var other = await Assert.ThrowsAsync<SchedulerException>(() => cluster.Client.MakeAsync(
            "line", """{"space": {"z": {"type": "int", "low": 1, "high": 3}}}""", stop));
        Assert.Equal("study-exists", other.Code);
        var missing = await Assert.ThrowsAsync<SchedulerException>(() => cluster.Client.AskAsync("none", 1, stop));
        Assert.Equal("study-not-found", missing.Code);
        var trial = await Assert.ThrowsAsync<SchedulerException>(
            () => cluster.Client.TellAsync("line", 9, Value(1), stop));
        Assert.Equal("trial-not-found", trial.Code);
        await cluster.Client.AskAsync("line", 1, stop);
        var empty = await Assert.ThrowsAsync<SchedulerException>(
            () => cluster.Client.TellAsync("line", 0, new TellRequest(), stop));
        Assert.Contains("needs its 'value'", empty.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task Python_processes_that_know_nothing_but_the_standard_library_share_a_study()
    {
        var stop = TestContext.Current.CancellationToken;
        await using var cluster = new ClusterProcesses { Token = "secret" };
        await cluster.StartSchedulerAsync(stop);
        var script = Checkout.PathOf("examples/ask_tell.py");
        Assert.SkipWhen(!CanRun("python3"), "There is no python3.");

        var said = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => RunAsync(script, cluster, stop)));

        var trials = await cluster.Client.TrialsAsync("branin", stop);
        Assert.Equal(30, trials.Length);
        Assert.All(trials, trial => Assert.Contains(trial.State, (string[])["completed", "pruned"]));
        var best = await cluster.Client.BestAsync("branin", stop);
        Assert.Contains(said, line => line.StartsWith($"trial {best.Trial}: ", StringComparison.Ordinal));
        var printed = await cluster.Client.PrintedAsync("branin", new PrintedQuery { Trial = best.Trial }, stop);
        Assert.StartsWith("step 3 of 3: ", printed[^1].Line.Text, StringComparison.Ordinal);
    }

    private static TellRequest Value(double value) => new(Value: value);

    private static bool CanRun(string program)
    {
        try
        {
            using var process = Process.Start(
                new ProcessStartInfo(program, ["--version"]) { RedirectStandardOutput = true });
            process!.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private static async Task<string> RunAsync(
        string script, ClusterProcesses cluster, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("python3", [script, cluster.Address.ToString().TrimEnd('/')])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["TUNEGRAPH_TOKEN"] = cluster.Token;
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync(cancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        Assert.True(process.ExitCode == 0, await error + cluster.Said);
        return output;
    }

    private static async Task<string?> AskAsync(ClusterProcesses cluster, string key, CancellationToken stop) =>
        await PostAsync(cluster, "ask", "{}", key, stop) is (HttpStatusCode.OK, var text) ? text : null;

    private static Task<(HttpStatusCode Status, string Text)> PrintAsync(
        ClusterProcesses cluster, string body, CancellationToken stop) =>
        PostAsync(cluster, "trials/0/printed", body, "a key", stop);

    private static async Task<(HttpStatusCode Status, string Text)> PostAsync(
        ClusterProcesses cluster, string path, string body, string key, CancellationToken stop)
    {
        using var http = new HttpClient { BaseAddress = cluster.Address };
        using var request = new HttpRequestMessage(HttpMethod.Post, $"api/v1/studies/line/{path}")
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("Idempotency-Key", key);
        using var answer = await http.SendAsync(request, stop);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(stop));
    }
}
