namespace TuneGraph.Tests.Hosts;

/// <summary>What real processes of trials print, and how it gets to the study's store.</summary>
public sealed class PrintedTests
{
    private const int LimitMilliseconds = 180_000;

    [Fact(Timeout = LimitMilliseconds)]
    public async Task What_a_rank_prints_reaches_the_store_without_secrets_and_outlives_the_scheduler()
    {
        var stop = TestContext.Current.CancellationToken;
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere the loader of libraries prints nothing.");
        await using var cluster = new ClusterProcesses { Token = "very-secret-token" };
        await cluster.StartSchedulerAsync(stop);
        // The loader of native libraries tells on the standard error what it loads; a table that is packed needs one.
        cluster.Variables.Add("LD_DEBUG", "libs");
        cluster.StartWorker("w1");
        await cluster.Client.SubmitAsync(
            FleetSweep.Write(cluster.PathOf("wine.yaml"), trials: 2, epochs: 2), cancellationToken: stop);
        Assert.Equal("finished", (await cluster.EndAsync("wine", stop)).State);

        cluster.KillScheduler();
        cluster.Variables.Clear();
        await cluster.StartSchedulerAsync(stop);

        var lines = cluster.Printed("wine");
        Assert.Contains(lines, line => line.Line.IsError
            && line.Line.Text.Contains("System.IO.Compression.Native", StringComparison.Ordinal));
        Assert.All(lines, line => Assert.Equal(1, line.Attempt));
        Assert.DoesNotContain("very-secret-token", string.Concat(lines.Select(line => line.Line.Text)),
            StringComparison.Ordinal);
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task A_trial_that_fails_on_a_worker_leaves_its_error_at_the_end_of_its_log()
    {
        var stop = TestContext.Current.CancellationToken;
        await using var cluster = new ClusterProcesses();
        await cluster.StartSchedulerAsync(stop);
        cluster.StartWorker("w1", 2);
        var sweep = FleetSweep.Write(cluster.PathOf("wine.yaml"), trials: 1, epochs: 3);
        var text = await File.ReadAllTextAsync(sweep, stop);
        await File.WriteAllTextAsync(
            sweep,
            text.Replace("learningRate: $lr", "learningRate: 1e30", StringComparison.Ordinal)
                .Replace("  lr: {type: float, low: 0.001, high: 0.01, log: true}\n", "", StringComparison.Ordinal)
                .Replace("type: adam", "type: sgd", StringComparison.Ordinal),
            stop);
        await cluster.Client.SubmitAsync(sweep, cancellationToken: stop);
        await cluster.EndAsync("wine", stop);

        var lines = cluster.Printed("wine");

        Assert.True(lines[^1].Line is { IsError: true, Rank: null });
        Assert.StartsWith("Training diverged: ", lines[^1].Line.Text, StringComparison.Ordinal);
        Assert.Contains("trial 0 of 'wine': ", cluster.Said, StringComparison.Ordinal);
        await AssertLogsAsync(cluster, lines, stop);
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task A_note_goes_through_the_scheduler_which_asks_for_its_token()
    {
        var stop = TestContext.Current.CancellationToken;
        await using var cluster = new ClusterProcesses { Token = "very-secret-token" };
        await cluster.StartSchedulerAsync(stop);
        cluster.StartWorker("w1");
        await cluster.Client.SubmitAsync(
            FleetSweep.Write(cluster.PathOf("wine.yaml"), trials: 2, epochs: 2), cancellationToken: stop);
        await cluster.EndAsync("wine", stop);

        await cluster.Client.NoteAsync("wine", new Remark(1, "seen by all", ["keep"]), stop);
        await cluster.Client.NoteAsync("wine", new Remark(null, "the study", []), stop);

        var remarks = cluster.Stored("wine").Remarks;
        Assert.Equal([null, 1], remarks.Select(remark => remark.Trial));
        Assert.Equal("seen by all", remarks[1].Note);
        using var stranger = new SchedulerClient(cluster.Address);
        await RefusedAsync(() => stranger.NoteAsync("wine", new Remark(null, "x", []), stop), "token-required");
        await RefusedAsync(() => cluster.Client.NoteAsync("wine", new Remark(2, "x", []), stop), "trial-not-found");
        await RefusedAsync(() => cluster.Client.NoteAsync("beer", new Remark(null, "x", []), stop), "study-not-found");
        var bad = await Cli.Invocation.OfAsync(
            "note", "wine", "--tag", "two words", "--server", cluster.Address.ToString());
        var refused = await Cli.Invocation.OfAsync(
            "note", "wine", "--note", "x", "--server", cluster.Address.ToString());
        Assert.Equal((2, 1), (bad.ExitCode, refused.ExitCode));
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task The_command_for_notes_speaks_with_a_scheduler_as_its_siblings_do()
    {
        var stop = TestContext.Current.CancellationToken;
        await using var cluster = new ClusterProcesses();
        await cluster.StartSchedulerAsync(stop);
        cluster.StartWorker("w1");
        var sweep = FleetSweep.Write(cluster.PathOf("wine.yaml"), trials: 1, epochs: 2);
        await cluster.Client.SubmitAsync(sweep, cancellationToken: stop);
        await cluster.EndAsync("wine", stop);
        var server = cluster.Address.ToString();

        var byName = await Cli.Invocation.OfAsync(
            "note", "wine", "--trial", "0", "--note", "odd", "--tag", "keep", "--server", server);
        var bySweep = await Cli.Invocation.OfAsync("note", sweep, "--note", "whole", "--server", server);
        var absent = await Cli.Invocation.OfAsync("note", "wine", "--trial", "7", "--note", "x", "--server", server);
        var away = await Cli.Invocation.OfAsync("note", "wine", "--note", "x", "--server", "http://127.0.0.1:1");

        Assert.Equal((0, "note: wine, trial 0\n"), (byName.ExitCode, byName.Output));
        Assert.Equal((0, "note: wine\n"), (bySweep.ExitCode, bySweep.Output));
        Assert.Equal((4, 1), (absent.ExitCode, away.ExitCode));
        Assert.Contains("no trial 7", absent.Error, StringComparison.Ordinal);
        Assert.Equal(["whole", "odd"], cluster.Stored("wine").Remarks.Select(remark => remark.Note));
    }

    private static async Task AssertLogsAsync(
        ClusterProcesses cluster, IReadOnlyList<StoredLine> lines, CancellationToken stop)
    {
        var server = cluster.Address.ToString();
        var shown = await Cli.Invocation.OfAsync("logs", "wine", "--follow", "--server", server);
        var found = await Cli.Invocation.OfAsync(
            "logs", "wine", "--trial", "0", "--stderr", "--search", "training DIVERGED", "--server", server);
        var absent = await Cli.Invocation.OfAsync("logs", "wine", "--trial", "1", "--server", server);
        Assert.Equal((0, lines.Count), (shown.ExitCode, shown.Output.Count(letter => letter == '\n')));
        Assert.Contains("trial 0 - error: ", found.Output, StringComparison.Ordinal);
        Assert.Equal((4, "error: The study 'wine' has no trial 1.\n"), (absent.ExitCode, absent.Error));

        var query = new PrintedQuery { OldestFirst = true, Most = 2, Trial = 0, ErrorsOnly = true };
        var oldest = await cluster.Client.PrintedAsync("wine", query, stop);
        Assert.Equal(lines.Where(line => line.Line.IsError).Take(2), oldest);
        Assert.Equal(lines, await cluster.Client.PrintedAsync("wine", cancellationToken: stop));
        using var http = new HttpClient { BaseAddress = cluster.Address };
        using var refused = await http.GetAsync("api/v1/studies/wine/printed?limit=1001", stop);
        Assert.Equal(System.Net.HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Contains("/studies/{name}/printed", await http.GetStringAsync("openapi/v1.json", stop),
            StringComparison.Ordinal);
        await RefusedAsync(
            () => cluster.Client.PrintedAsync("beer", cancellationToken: stop), "study-not-found");
    }

    private static async Task RefusedAsync(Func<Task> call, string code) =>
        Assert.Equal(code, (await Assert.ThrowsAsync<SchedulerException>(call)).Code);
}
