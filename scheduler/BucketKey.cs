using Amazon.Runtime;

namespace TuneGraph.Scheduler;

/// <summary>What opens a bucket.</summary>
/// <param name="Id">The key's name (<c>AWS_ACCESS_KEY_ID</c>).</param>
/// <param name="Secret">The key (<c>AWS_SECRET_ACCESS_KEY</c>).</param>
/// <param name="Session">What a key for a while goes with (<c>AWS_SESSION_TOKEN</c>); null for one that stays.</param>
internal sealed record BucketKey(string Id, string Secret, string? Session)
{
    /// <summary>The usual variables.</summary>
    public static IReadOnlyList<string> Variables { get; } =
        ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"];

    /// <summary>The key as the SDK takes it.</summary>
    public AWSCredentials Credentials =>
        Session is null ? new BasicAWSCredentials(Id, Secret) : new SessionAWSCredentials(Id, Secret, Session);

    /// <summary>Reads the variables; null where there is no key among them.</summary>
    public static BucketKey? From(Func<string, string?> variable) =>
        variable(Variables[0]) is { } id && variable(Variables[1]) is { } secret
            ? new BucketKey(id, secret, variable(Variables[2]))
            : null;

    /// <summary>Never what is secret.</summary>
    public override string ToString() => $"BucketKey {Id}";
}
