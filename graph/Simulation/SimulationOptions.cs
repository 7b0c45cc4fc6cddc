namespace TuneGraph.Graph;

/// <summary>How a simulated cluster behaves. All chance comes from <see cref="Seed"/>.</summary>
public sealed record SimulationOptions
{
    /// <summary>Seed of all chance. 0 by default.</summary>
    public int Seed { get; init; }

    /// <summary>How long an attempt runs, without moving its inputs. By default the spec's estimate, or one second.</summary>
    public Func<TaskSpec, TimeSpan> Duration { get; init; } = spec =>
        spec.EstimatedDuration > TimeSpan.Zero ? spec.EstimatedDuration : TimeSpan.FromSeconds(1);

    /// <summary>Each message between graph and workers takes between none and this, evenly. Zero by default.</summary>
    public TimeSpan MaxDelay { get; init; }

    /// <summary>Chance that an attempt fails at its end, in [0, 1]. 0 by default.</summary>
    public double FailureProbability { get; init; }

    /// <summary>Mean time from one worker's sudden death to the next, anywhere in the cluster. Zero, the default, kills none.</summary>
    public TimeSpan MeanTimeBetweenKills { get; init; }

    /// <summary>How long after its death a worker of the same kind takes its place. Zero, the default, never.</summary>
    public TimeSpan ReplacementDelay { get; init; }

    /// <summary>Bytes per second that a worker reads from others. 100 MB/s by default.</summary>
    public double BandwidthBytesPerSecond { get; init; } = 100e6;
}
