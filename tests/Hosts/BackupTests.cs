using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace TuneGraph.Tests.Hosts;

/// <summary>deploy/backup and deploy/restore: a copy goes on elsewhere as if it were the scheduler itself.</summary>
public sealed class BackupTests
{
    private const int LimitMilliseconds = 240_000;
    private const string Line = """{"space": {"x": {"type": "float", "low": 0, "high": 1}}, "sampler": "random"}""";

    [Fact(Timeout = LimitMilliseconds)]
    public async Task A_copy_of_the_files_goes_on_elsewhere_to_the_same_result()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/sqlite3"), "deploy/backup needs sqlite3; install Debian's package.");
        await MoveAsync(from: null, to: null, TestContext.Current.CancellationToken);
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task A_copy_of_the_database_and_the_files_goes_on_elsewhere_to_the_same_result()
    {
        var server = TestPostgres.Require();
        var (from, to) = (await MakeDatabaseAsync(server), await MakeDatabaseAsync(server));
        try
        {
            await MoveAsync(from, to, TestContext.Current.CancellationToken);
        }
        finally
        {
            await DropAsync(server, from, to);
        }
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task What_is_there_already_is_never_written_over()
    {
        var stop = TestContext.Current.CancellationToken;
        await using var cluster = new ClusterProcesses();
        Directory.CreateDirectory(cluster.PathOf("data/studies"));
        Directory.CreateDirectory(cluster.PathOf("copy/studies"));

        var taken = await RunAsync("backup", [cluster.PathOf("data"), cluster.PathOf("copy")], null, stop);
        var full = await RunAsync("restore", [cluster.PathOf("copy"), cluster.PathOf("data")], null, stop);
        var none = await RunAsync("backup", [cluster.PathOf("copy/studies"), cluster.PathOf("new")], null, stop);

        Assert.Equal((1, $"backup: {cluster.PathOf("copy")} exists already; name a new folder.\n"), taken);
        Assert.Equal((1, $"restore: {cluster.PathOf("data")} is not empty; name a new folder.\n"), full);
        Assert.Equal(1, none.ExitCode);
        Assert.Contains("is no scheduler's folder", none.Error, StringComparison.Ordinal);
    }

    private static async Task MoveAsync(string? from, string? to, CancellationToken stop)
    {
        await using var there = new ClusterProcesses("--lease", "2", "--kills", "100") { Postgres = to };
        string sweep;
        await using (var here = new ClusterProcesses("--lease", "2", "--kills", "100") { Postgres = from })
        {
            await here.StartSchedulerAsync(stop);
            here.StartWorker("w1");
            sweep = FleetSweep.Write(there.PathOf("wine.yaml"));
            await here.Client.SubmitAsync(sweep, cancellationToken: stop);
            await here.Client.MakeAsync("line", Line, stop);
            await here.Client.AskAsync("line", 3, stop);
            await here.Client.TellAsync("line", 1, new TellRequest(Value: 0.5), stop);
            await here.StepsAsync("wine", 20, stop);
            Assert.Equal(
                (0, ""), await RunAsync("backup", [here.PathOf("data"), there.PathOf("copy")], from, stop));
            Assert.Equal("running", (await here.Client.StudyAsync("wine", stop)).State);
        }

        Assert.Equal((0, ""), await RunAsync("restore", [there.PathOf("copy"), there.PathOf("data")], to, stop));
        await there.StartSchedulerAsync(stop);
        there.StartWorker("w1", 2);

        Assert.Equal("finished", (await there.EndAsync("wine", stop)).State);
        Assert.Equal(await FleetSweep.LocalAsync(sweep), await there.Client.ExportAsync("wine", "csv", stop));
        Assert.Equal(0.5, (await there.Client.BestAsync("line", stop)).Value);
        Assert.Equal(3, (await there.Client.AskAsync("line", 1, stop)).Trials.Single().Trial);
    }

    internal static async Task<(int ExitCode, string Error)> RunAsync(
        string script, string[] arguments, string? postgres, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(RepositoryRoot.Of("deploy", script), arguments)
        {
            RedirectStandardError = true,
        };
        if (postgres is not null)
        {
            var server = new NpgsqlConnectionStringBuilder(postgres);
            start.Environment["PGHOST"] = server.Host;
            start.Environment["PGPORT"] = server.Port.ToString(CultureInfo.InvariantCulture);
            start.Environment["PGUSER"] = server.Username;
            start.Environment["PGPASSWORD"] = server.Password;
            start.Environment["PGDATABASE"] = server.Database;
        }

        using var process = Process.Start(start)!;
        var error = await process.StandardError.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return (process.ExitCode, error);
    }

    internal static async Task<string> MakeDatabaseAsync(string server)
    {
        var name = $"backup_{Guid.NewGuid():N}";
        await ExecuteAsync(server, $"CREATE DATABASE {name}");
        return new NpgsqlConnectionStringBuilder(server) { Database = name }.ToString();
    }

    internal static async Task DropAsync(string server, params string[] databases)
    {
        foreach (var database in databases)
            await ExecuteAsync(
                server,
                $"DROP DATABASE IF EXISTS {new NpgsqlConnectionStringBuilder(database).Database} WITH (FORCE)");
    }

    private static async Task ExecuteAsync(string server, string sql)
    {
        await using var connection = new NpgsqlConnection(server);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
