namespace TuneGraph.Tests.Sidecar;

/// <summary>
/// What a sidecar and its broker may do to messages, as read in dapr 1.18.3 and its components: each is a promise that
/// was never made. Chances are drawn from the seed, per topic and consumer.
/// </summary>
public sealed record SidecarFaults
{
    /// <summary>What the choices are drawn from.</summary>
    public int Seed { get; init; }

    /// <summary>Chance that a message is delivered twice (at least once is all that is promised).</summary>
    public double Duplicate { get; init; }

    /// <summary>Chance that a message is delivered after the one behind it.</summary>
    public double Reorder { get; init; }

    /// <summary>
    /// Chance that a message is lost: its delivery failed until the resiliency policy was exhausted, and there is no
    /// dead-letter topic.
    /// </summary>
    public double Loss { get; init; }

    /// <summary>How long every message stays in the broker. Default not at all.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>Largest message, publish and delivery (<c>--max-body-size</c>). Default 4 MiB.</summary>
    public int MaxBodyBytes { get; init; } = 4 << 20;

    /// <summary>
    /// How long a delivery may stay unanswered before it is made again (<c>processingTimeout</c>). Default 15 s.
    /// </summary>
    public TimeSpan AckTime { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How often a delivery that was answered with RETRY is made again. Default never.</summary>
    public int Retries { get; init; }

    /// <summary>
    /// Whether a consumer that comes for the first time gets all that the topic has kept, as <c>pubsub.redis</c> does.
    /// </summary>
    public bool ReplaysFromStart { get; init; }
}
