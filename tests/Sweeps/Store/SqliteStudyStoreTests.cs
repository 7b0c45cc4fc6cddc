using Microsoft.Data.Sqlite;
using TuneGraph.Search;

namespace TuneGraph.Tests.Sweeps.Store;

public sealed class SqliteStudyStoreTests : SqlStudyStoreConformance
{
    private static readonly StudyDefinition _definition = new(
        "s",
        "m",
        Direction.Minimize,
        "random",
        "none",
        0,
        1,
        "",
        false,
        ""
    );

    private readonly TemporaryFolder _folder = new();

    private string File => _folder["study.db"];

    protected override StudyStore Open() => SqliteStudyStore.Open(File);

    protected override void Clean() => _folder.Dispose();

    [Fact]
    public void Trials_of_an_interrupted_study_are_not_shown_as_running()
    {
        Store.Create(_definition);
        Store.Commit(
            "s",
            [new EventLogged(new TrialAsked(0, Configuration.Empty)), new StudyStateChanged(StudyState.Interrupted)]
        );
        Assert.Equal("Waiting", Scalar("SELECT state FROM trials"));

        Store.Commit("s", [new StudyStateChanged(StudyState.Running)]);
        Assert.Equal("Running", Scalar("SELECT state FROM trials"));
    }

    [Fact]
    public async Task Many_may_open_a_new_file_at_the_same_moment()
    {
        const int Openers = 8;
        for (var file = 0; file < 20; file++)
        {
            var path = _folder[$"new{file}.db"];
            using var together = new Barrier(Openers);
            bool IsMade(string name)
            {
                together.SignalAndWait();
                using var store = SqliteStudyStore.Open(path);
                store.Create(_definition with { Name = name });
                return store.Load(name) is not null;
            }

            var made = await Task.WhenAll(
                Enumerable.Range(0, Openers).Select(
                    opener => Task.Factory.StartNew(() => IsMade($"s{opener}"), TaskCreationOptions.LongRunning)));

            Assert.DoesNotContain(false, made);
        }
    }

    [Fact]
    public void A_file_that_is_no_database_is_refused_by_name()
    {
        System.IO.File.WriteAllText(
            File,
            "these are not the bytes you are looking for, and there are enough of them to be a header"
        );

        var error = Assert.Throws<StoreException>(() => SqliteStudyStore.Open(File));

        Assert.Contains(File, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_a_newer_version_is_refused_with_the_way_out()
    {
        Store.Create(_definition);
        Scalar("PRAGMA user_version = 999");

        var error = Assert.Throws<StoreException>(() => Reopened());

        Assert.Contains("schema version 999", error.Message, StringComparison.Ordinal);
        Assert.Contains("use a newer TuneGraph", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_the_first_version_is_brought_up_to_date()
    {
        Store.Create(_definition);
        Store.Commit("s", [new EventLogged(new TrialAsked(0, Configuration.Empty))]);
        Store.Commit("s", [new EventLogged(new TrialTold(0, TrialState.Completed, 1, null))]);
        Scalar(
            "DROP TABLE more_values; DROP TABLE more_intermediate_values; DROP TABLE constraint_values; "
                + "DROP TABLE origins; ALTER TABLE studies DROP COLUMN more_objectives; "
                + "ALTER TABLE intermediate_values DROP COLUMN parameters; "
                + "ALTER TABLE intermediate_values DROP COLUMN times; "
                + string.Concat(StepMetrics.Names
                    .Except(["val_accuracy", "val_loss", "train_loss", "parameters", "val_log_loss"])
                    .Select(name => $"ALTER TABLE intermediate_values DROP COLUMN {name}; "))
                + "ALTER TABLE studies DROP COLUMN commits; ALTER TABLE studies DROP COLUMN lease_token; "
                + "ALTER TABLE studies DROP COLUMN lease_owner; ALTER TABLE studies DROP COLUMN lease_until; "
                + "DROP INDEX intermediate_values_by_sequence; DROP INDEX parameters_by_sequence; "
                + "ALTER TABLE studies DROP COLUMN parameters; "
                + "ALTER TABLE trials DROP COLUMN why; ALTER TABLE trials DROP COLUMN cost; DROP TABLE imports; "
                + "DROP TABLE answers; DROP TABLE leaders; ALTER TABLE intermediate_values DROP COLUMN measures; "
                + "ALTER TABLE intermediate_values DROP COLUMN notes; DROP TABLE budgets; DROP TABLE shared_segments; "
                + "DROP TABLE ranges; DROP TABLE remarks; DROP TABLE printed;"
        );
        Scalar("PRAGMA user_version = 1");

        var store = Reopened();
        store.Commit("s", [new EventLogged(new TrialAsked(1, Configuration.Empty))]);
        store.Commit("s", [new EventLogged(new TrialTold(1, TrialState.Completed, [1, 2], null, [3]))]);

        Assert.Equal(
            [new TrialTold(0, TrialState.Completed, 1, null), new TrialTold(1, TrialState.Completed, [1, 2], null, 3)],
            Reopened().Load("s")!.Log.Select(item => item.Event).Where(e => e is TrialTold)
        );
    }

    [Fact]
    public void A_file_from_before_reasons_and_costs_is_brought_up_to_date()
    {
        Store.Create(_definition);
        Store.Commit("s", [new EventLogged(new TrialAsked(0, Configuration.Empty))]);
        Store.Commit("s", [new EventLogged(new TrialTold(0, TrialState.Completed, 1, null))]);
        Scalar(
            "ALTER TABLE trials DROP COLUMN why; ALTER TABLE trials DROP COLUMN cost; DROP TABLE imports; "
                + "DROP TABLE answers; DROP TABLE leaders; ALTER TABLE intermediate_values DROP COLUMN measures; "
                + "ALTER TABLE intermediate_values DROP COLUMN notes; DROP TABLE budgets; DROP TABLE shared_segments; "
                + "DROP TABLE ranges; DROP TABLE remarks; DROP TABLE printed; "
                + "ALTER TABLE intermediate_values DROP COLUMN times;");
        Scalar("PRAGMA user_version = 7");

        var store = Reopened();
        store.Commit("s", [new EventLogged(new TrialAsked(1, Configuration.Empty) { Why = "by chance" })]);
        store.Commit("s", [new EventLogged(new TrialTold(1, TrialState.Completed, 2, null) { Cost = 30 })]);

        Assert.Equal(
            [(null, null), ("by chance", (double?)30)],
            TrialSummary.From(Reopened().Load("s")!).Select(trial => (trial.Why, trial.Cost)));
    }

    public static TheoryData<int> Versions => [.. Enumerable.Range(0, SqlSchema.Version + 1)];

    [Theory]
    [MemberData(nameof(Versions))]
    public void A_file_of_any_earlier_version_is_brought_up_to_date(int version)
    {
        Store.Dispose();
        var path = _folder[$"version-{version}.db"];
        using (var connection = new SqliteConnection($"Data Source={path};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = string.Concat(SqlSchema.After(0, path)[..version].ToArray())
                + $"PRAGMA user_version = {version};" + (version > 0 ? OldStudy.Rows : "");
            command.ExecuteNonQuery();
        }

        using var store = SqliteStudyStore.Open(path);
        store.Create(_definition);
        store.Commit("s", [new EventLogged(new TrialAsked(0, Configuration.Empty)), new CallAnswered("key", "answer")]);

        Assert.Single(store.Load("s")!.Log);
        Assert.Equal("answer", store.Answers("s")["key"]);
        if (version > 0)
            OldStudy.AssertIsWhole(store);
    }

    [Fact]
    public void A_missing_file_is_not_made_by_looking()
    {
        Assert.Throws<StoreException>(() => SqliteStudyStore.OpenExisting(_folder["nothing.db"]));
        Assert.False(System.IO.File.Exists(_folder["nothing.db"]));
    }

    [Fact]
    public void A_full_disk_is_told_and_what_was_kept_stays()
    {
        Store.Create(_definition);
        Store.Commit("s", [new EventLogged(new TrialAsked(0, Configuration.Empty))]);
        using var full = SqliteStudyStore.Open(File);
        full.LimitPages(
            Convert.ToInt32(Scalar("PRAGMA page_count"), System.Globalization.CultureInfo.InvariantCulture)
        );

        void Fill()
        {
            for (var i = 1; i < 10_000; i++)
                full.Commit("s", [new EventLogged(new TrialAsked(i, Configuration.Of(("x", new string('x', 2000)))))]);
        }

        var error = Assert.Throws<StoreException>(Fill);

        Assert.Contains("free some space", error.Message, StringComparison.Ordinal);
        var kept = Reopened().Load("s")!.Log;
        Assert.NotEmpty(kept);
        Assert.Equal(Enumerable.Range(0, kept.Length), kept.Select(item => item.Event.Number));
    }

    private object? Scalar(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={File};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }
}
