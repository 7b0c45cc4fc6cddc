namespace TuneGraph.Tests;

/// <summary>The PostgreSQL server that tests may use: each makes a schema of its own in it.</summary>
internal static class TestPostgres
{
    /// <summary>Its connection string; null for none.</summary>
    public static string? Connection { get; } =
        Environment.GetEnvironmentVariable("TUNEGRAPH_TEST_POSTGRES") is { Length: > 0 } server ? server : null;

    /// <summary>Its connection string; skips the test if there is none.</summary>
    public static string Require()
    {
        Assert.SkipWhen(
            Connection is null, "TUNEGRAPH_TEST_POSTGRES names no PostgreSQL server; start one: .ci/postgres");
        return Connection;
    }
}
