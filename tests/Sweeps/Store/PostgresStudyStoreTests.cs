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
