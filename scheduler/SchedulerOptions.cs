using TuneGraph.Hosting;

namespace TuneGraph.Scheduler;

/// <summary>What a scheduler was told, checked.</summary>
/// <param name="Urls">Where it listens.</param>
/// <param name="Data">Folder for studies and artifacts.</param>
/// <param name="Token">Who does not name it is refused; null lets everybody in.</param>
/// <param name="Fleet">Leases and limits.</param>
/// <param name="Studies">How many studies may run at once.</param>
/// <param name="Postgres">Connection string of the database that holds the studies; null for files.</param>
/// <param name="Bucket">Where data and checkpoints lie, <c>s3://bucket/prefix</c>; null for the folder.</param>
/// <param name="Sidecar">The Dapr sidecar beside it; null for none.</param>
internal sealed record SchedulerOptions(
    Uri Urls, string Data, string? Token, FleetOptions Fleet, int Studies, string? Postgres, Uri? Bucket,
    Sidecar? Sidecar)
{
    /// <summary>Who names it may look and change nothing; null for no such visitors.</summary>
    public string? ReaderToken { get; init; }

    /// <summary>
    /// Name of the variable that holds the token: never an argument, which others on the machine could read.
    /// </summary>
    public const string TokenVariable = "TUNEGRAPH_TOKEN";

    /// <summary>Name of the variable that holds the token of those who may look and change nothing.</summary>
    public const string ReaderTokenVariable = "TUNEGRAPH_READ_TOKEN";

    /// <summary>Name of the variable that holds the connection string, in which there may be a password.</summary>
    public const string PostgresVariable = "TUNEGRAPH_POSTGRES";

    /// <summary>The key that opens the bucket; see <see cref="S3Bucket.Client"/>.</summary>
    public BucketKey? BucketKey { get; init; }

    /// <summary>Variables that may refer to secrets of the sidecar.</summary>
    public static IReadOnlyList<string> Secrets { get; } =
        [TokenVariable, ReaderTokenVariable, PostgresVariable, .. BucketKey.Variables];

    public static IReadOnlyList<HostOption> All { get; } =
    [
        new("urls", "<url>", "where to listen; default http://127.0.0.1:5810. Off loopback, TUNEGRAPH_TOKEN is a must"),
        new("data", "<folder>", "studies and artifacts; default ./tunegraph-data. TUNEGRAPH_POSTGRES: a database for "
            + "the studies"),
        new("artifacts", "<url>", "data and checkpoints in a bucket, s3://name/prefix; default in --data"),
        new("lease", "<seconds>", "how long a worker may be silent; default 15"),
        new("studies", "<n>", "studies that may run at once; more wait for their turn; default 16"),
        new("kills", "<n>", "processes that a segment may take down before its trial fails; default 3"),
    ];

    /// <exception cref="FormatException">A value is wrong.</exception>
    public static SchedulerOptions From(HostSettings settings, int port)
    {
        var urls = HostSettings.Address(settings["urls"] ?? $"http://127.0.0.1:{port}", port);
        var token = settings.Secret(TokenVariable);
        var readers = settings.Secret(ReaderTokenVariable);
        if (readers is not null && (token is null || token == readers))
            throw new FormatException(
                $"{ReaderTokenVariable} is for those who may look and change nothing; set {TokenVariable} to another "
                    + "secret for those who may.");
        if (!urls.IsLoopback && token is null)
            throw new FormatException(
                $"{urls} can be reached from other machines, so a token is a must: set {TokenVariable} here, for the "
                    + "workers and for clients, or listen on http://127.0.0.1:" + port + ".");
        var plain = new FleetOptions();
        return new SchedulerOptions(
            urls,
            Path.GetFullPath(settings["data"] ?? "tunegraph-data"),
            token,
            new FleetOptions
            {
                Lease = settings.Seconds("lease", least: 0.5) ?? plain.Lease,
                KillsToPoison = settings.Whole("kills", least: 1) ?? plain.KillsToPoison,
            },
            settings.Whole("studies", least: 1) ?? 16,
            settings.Secret(PostgresVariable),
            BucketOf(settings["artifacts"]),
            settings.Sidecar)
        {
            ReaderToken = readers,
            BucketKey = BucketKey.From(settings.Secret),
        };
    }

    private static Uri? BucketOf(string? text) =>
        text is null ? null
        : Uri.TryCreate(text, UriKind.Absolute, out var bucket) && bucket is { Scheme: "s3", Host.Length: > 0 } ? bucket
        : throw new FormatException($"--artifacts is '{text}'; give a bucket such as s3://models/tunegraph.");
}
