using System.Diagnostics;

namespace TuneGraph.Tests.Hosts;

/// <summary>A PostgreSQL server of one test, which can be ended and started again.</summary>
internal sealed class HaltedPostgres : IAsyncDisposable
{
    private readonly string _data = Path.Combine("/tmp", $"tunegraph-postgres-{Guid.NewGuid():N}");

    private HaltedPostgres() { }

    /// <summary>Its connection string.</summary>
    public string Connection { get; private set; } = "";

    public static async Task<HaltedPostgres> StartAsync(CancellationToken cancellationToken)
    {
        var server = new HaltedPostgres();
        server.Connection = await server.RunAsync("start", ["fsync=off"], cancellationToken);
        return server;
    }

    /// <summary>Ends it, as its keeper would.</summary>
    public async Task EndAsync(CancellationToken cancellationToken)
    {
        var id = (await File.ReadAllLinesAsync(Path.Combine(_data, "data", "postmaster.pid"), cancellationToken))[0];
        using var kill = Process.Start("kill", ["-INT", id]); // its fast shutdown
        await kill.WaitForExitAsync(cancellationToken);
    }

    /// <summary>Starts it again, at the same port.</summary>
    public Task StartAgainAsync(CancellationToken cancellationToken) => RunAsync("restart", [], cancellationToken);

    public async ValueTask DisposeAsync() => await RunAsync("stop", [], CancellationToken.None);

    private async Task<string> RunAsync(string verb, string[] more, CancellationToken cancellationToken)
    {
        using var script = Process.Start(
            new ProcessStartInfo(RepositoryRoot.Of(".ci", "postgres"), [verb, _data, .. more])
            {
                RedirectStandardOutput = true,
            })!;
        var said = await script.StandardOutput.ReadLineAsync(cancellationToken);
        await script.WaitForExitAsync(cancellationToken);
        Assert.Equal(0, script.ExitCode);
        return said ?? "";
    }
}
