using Npgsql;
using TuneGraph.Search;

namespace TuneGraph.Tests.Sweeps.Store;

/// <summary>Needs a server: <c>TUNEGRAPH_TEST_POSTGRES</c> holds its connection string; <c>.ci/postgres</c> starts one.
/// </summary>
public sealed class PostgresStudyStoreTests : SqlStudyStoreConformance
{
    private static readonly string? _server = TestPostgres.Connection;

    private static readonly StudyDefinition _definition = new(
        "s", "m", Direction.Minimize, "random", "none", 0, 1, "", false, "");

    private readonly string _schema = "test_" + Guid.NewGuid().ToString("N");

    private string Connection => $"{_server};Search Path={_schema}";

    protected override StudyStore Open()
    {
        TestPostgres.Require();
        return PostgresStudyStore.Open(Connection);
    }

    protected override void Clean()
    {
        if (_server is not null)
            Execute($"DROP SCHEMA IF EXISTS {_schema} CASCADE");
    }

    [Fact]
    public void A_connection_that_the_server_cut_is_made_anew()
    {
        Store.Create(_definition);
        Execute($"""
            SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE application_name = 'tunegraph' AND query LIKE '%INSERT INTO studies%'
            """);

        Store.Commit("s", [new EventLogged(new TrialAsked(0, Configuration.Empty))]);

        Assert.Single(Store.Load("s")!.Log);
    }

    [Fact]
    public void Tables_of_a_newer_version_are_refused_with_the_way_out()
    {
        Store.Create(_definition);
        Execute($"UPDATE {_schema}.schema_version SET version = 999");

        var error = Assert.Throws<StoreException>(() => Reopened());

        Assert.Contains("schema version 999", error.Message, StringComparison.Ordinal);
        Assert.Contains("use a newer TuneGraph", error.Message, StringComparison.Ordinal);
    }

    public static TheoryData<int> Versions => [.. Enumerable.Range(0, SqlSchema.Version + 1)];

    [Theory]
    [MemberData(nameof(Versions))]
    public void Tables_of_any_earlier_version_are_brought_up_to_date_with_what_is_in_them(int version)
    {
        TestPostgres.Require();
        var steps = SqlSchema.After(0, "")[..version].ToArray().Select(PostgresWords.Schema);
        Execute($"""
            CREATE SCHEMA {_schema};
            SET search_path TO {_schema};
            CREATE TABLE schema_version (version BIGINT NOT NULL);
            INSERT INTO schema_version VALUES ({version});
            {string.Concat(steps)}
            """);
        if (version > 0)
            Execute($"SET search_path TO {_schema}; {OldStudy.Rows}");

        Store.Create(_definition);
        Store.Commit("s", [new EventLogged(new TrialAsked(0, Configuration.Empty)), new CallAnswered("key", "answer")]);

        var store = Reopened();
        Assert.Single(store.Load("s")!.Log);
        Assert.Equal("answer", store.Answers("s")["key"]);
        if (version == 0)
            return;
        OldStudy.AssertIsWhole(store);
        store.Commit("old", [new EventLogged(new RangesChanged(2, [new("x", new FloatDistribution(0, 2))]))]);
        Assert.IsType<RangesChanged>(Reopened().Load("old")!.Log[^1].Event);
    }

    [Fact]
    public void Many_processes_may_make_the_tables_at_once()
    {
        TestPostgres.Require();
        Parallel.For(0, 4, _ => PostgresStudyStore.Open(Connection).Dispose());

        Assert.Empty(Store.List());
    }

    [Fact]
    public void A_server_that_is_not_there_is_told_by_name()
    {
        var error = Assert.Throws<StoreException>(() =>
            PostgresStudyStore.Open("Host=127.0.0.1;Port=1;Username=me;Database=studies", TimeSpan.Zero));

        Assert.Contains("'studies' at 127.0.0.1:1", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("what is this")]
    [InlineData("Host=db;Search Path=a; DROP TABLE studies")]
    [InlineData("Host=db;Search Path=\"a, b\"")]
    public void A_connection_string_that_cannot_be_right_is_refused(string connection) =>
        Assert.Throws<StoreException>(() => PostgresStudyStore.Open(connection, TimeSpan.Zero));

    private static void Execute(string sql)
    {
        using var connection = new NpgsqlConnection(_server);
        connection.Open();
        using var command = new NpgsqlCommand(sql, connection);
        command.ExecuteNonQuery();
    }
}
