using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace TuneGraph.Tests.Hosts;

/// <summary>A database that is away is told, by whoever needs it, to whoever waits for it.</summary>
public sealed class DatabaseAwayTests
{
    private const int LimitMilliseconds = 120_000;
    private const string Nowhere = "Host=127.0.0.1;Port=1;Username=me;Database=studies";

    [Fact(Timeout = LimitMilliseconds)]
    public async Task A_scheduler_says_that_its_database_is_not_there()
    {
        await using var cluster = new ClusterProcesses { Postgres = Nowhere };

        var error = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            cluster.StartSchedulerAsync(TestContext.Current.CancellationToken));

        Assert.Contains(
            "scheduler: The studies in the database 'studies' at 127.0.0.1:1 cannot be opened: Failed to connect to "
                + "127.0.0.1:1: Connection refused. See that the server runs there, that the connection string is",
            error.Message,
            StringComparison.Ordinal);
        Assert.Contains("unset TUNEGRAPH_POSTGRES", error.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task A_scheduler_that_starts_while_its_database_restarts_waits_for_it()
    {
        var stop = TestContext.Current.CancellationToken;
        using var link = new CutLink(TestPostgres.Require());
        await using var cluster = new ClusterProcesses { Postgres = link.Connection };
        link.Cut();
        using var deaf = new TcpListener(
            IPAddress.Loopback, new NpgsqlConnectionStringBuilder(link.Connection).Port);
        deaf.Start();

        var start = cluster.StartSchedulerAsync(stop);
        (await deaf.AcceptSocketAsync(stop)).Dispose(); // its first try
        deaf.Stop();
        link.Mend();
        await start;

        using var http = new HttpClient { BaseAddress = cluster.Address };
        Assert.Equal("ready\n", await http.GetStringAsync("healthz/ready", stop));
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task The_dashboard_says_that_its_database_is_not_there()
    {
        var (exitCode, _, error) = await HostProcess.RunAsync(
            "Dashboard", [Nowhere, "--urls=http://127.0.0.1:0"], TestContext.Current.CancellationToken);

        Assert.Equal(1, exitCode);
        Assert.Contains(
            "'studies' at 127.0.0.1:1 cannot be opened: Failed to connect", error, StringComparison.Ordinal);
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task A_scheduler_whose_database_goes_away_is_alive_and_not_ready_until_it_is_back()
    {
        var stop = TestContext.Current.CancellationToken;
        using var link = new CutLink(TestPostgres.Require());
        await using var cluster = new ClusterProcesses { Postgres = link.Connection };
        await cluster.StartSchedulerAsync(stop);
        using var http = new HttpClient { BaseAddress = cluster.Address };
        Assert.Equal("ready\n", await http.GetStringAsync("healthz/ready", stop));

        link.Cut();
        using var away = await http.GetAsync("healthz/ready", stop);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, away.StatusCode);
        var why = await away.Content.ReadAsStringAsync(stop);
        Assert.StartsWith("the database 'postgres' at 127.0.0.1:", why, StringComparison.Ordinal);
        Assert.Equal("healthy\n", await http.GetStringAsync("healthz/live", stop));

        link.Mend();
        Assert.Equal("ready\n", await http.GetStringAsync("healthz/ready", stop));
    }
}
