namespace TuneGraph.Tests.Hosts;

/// <summary>
/// An upgrade as docs/deploying.md tells it: stop, back up, start the new scheduler. A study that was under way in the
/// first version's tables goes on to the same result.
/// </summary>
public sealed class UpgradeTests
{
    private const int LimitMilliseconds = 240_000;

    [Fact(Timeout = LimitMilliseconds)]
    public async Task A_running_study_in_a_file_of_the_first_version_goes_on()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/sqlite3"), "deploy/backup needs sqlite3; install Debian's package.");
        await UpgradeAsync(from: null, to: null, TestContext.Current.CancellationToken);
    }

    [Fact(Timeout = LimitMilliseconds)]
    public async Task A_running_study_in_a_database_of_the_first_version_goes_on()
    {
        var server = TestPostgres.Require();
        var (from, to) = (
            await BackupTests.MakeDatabaseAsync(server), await BackupTests.MakeDatabaseAsync(server));
        try
        {
            await UpgradeAsync(from, to, TestContext.Current.CancellationToken);
        }
        finally
        {
            await BackupTests.DropAsync(server, from, to);
        }
    }

    private static async Task UpgradeAsync(string? from, string? to, CancellationToken stop)
    {
        await using var newer = new ClusterProcesses("--lease", "2", "--kills", "100") { Postgres = to };
        var sweep = FleetSweep.Write(newer.PathOf("wine.yaml"));
        await using (var older = new ClusterProcesses("--lease", "2", "--kills", "100") { Postgres = from })
        {
            await older.StartSchedulerAsync(stop);
            older.StartWorker("w1");
            await older.Client.SubmitAsync(sweep, cancellationToken: stop);
            await older.StepsAsync("wine", 60, stop);
            await older.TerminateSchedulerAsync(stop);
            if (from is null)
                await FirstSchema.PutAsync(
                    StudyFolder.StorePath(Path.Combine(older.PathOf("data"), "studies", "wine")), stop);
            else
                await FirstSchema.PutDatabaseAsync(from, stop);
            Assert.Equal(
                (0, ""),
                await BackupTests.RunAsync("backup", [older.PathOf("data"), newer.PathOf("copy")], from, stop));
        }

        Assert.Equal(
            (0, ""), await BackupTests.RunAsync("restore", [newer.PathOf("copy"), newer.PathOf("data")], to, stop));
        await newer.StartSchedulerAsync(stop);
        Assert.True((await newer.Client.TrialsAsync("wine", stop)).Sum(trial => trial.Steps) >= 60);
        newer.StartWorker("w1", 2);

        Assert.Equal("finished", (await newer.EndAsync("wine", stop)).State);
        Assert.Equal(await FleetSweep.LocalAsync(sweep), await newer.Client.ExportAsync("wine", "csv", stop));
    }
}
