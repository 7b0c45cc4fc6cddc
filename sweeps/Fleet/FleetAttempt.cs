using TuneGraph.Graph;

namespace TuneGraph;

/// <summary>An attempt at a training segment that a worker was given.</summary>
/// <param name="token">Its fencing token: who does not know it cannot report for it.</param>
/// <param name="study">The study.</param>
/// <param name="start">What the graph decided; keys are the study's own.</param>
internal sealed class FleetAttempt(string token, string study, StartTask start)
{
    public string Token { get; } = token;

    public string Study { get; } = study;

    public StartTask Start { get; } = start;

    /// <summary>What is to be done; null until the study has written the start down.</summary>
    public TrainingOrder? Order { get; set; }

    /// <summary>Whether the worker is to end it.</summary>
    public bool IsStopping { get; set; }
}

/// <summary>A worker that a fleet knows.</summary>
internal sealed class FleetMember(WorkerOffer offer, string token)
{
    public WorkerOffer Offer { get; } = offer;

    /// <summary>Its fencing token: of two workers of one name, the one that may speak.</summary>
    public string Token { get; } = token;

    public TimeSpan LeaseEnds { get; set; }

    /// <summary>It leaves, or is not fit: it gets no new attempts.</summary>
    public bool IsRetiring { get; set; }

    /// <summary>Why it is not fit; null when it is.</summary>
    public string? Refusal { get; set; }

    public List<FleetAttempt> Attempts { get; } = [];
}

/// <summary>Something for the loop of a study; an empty name means all of them.</summary>
internal readonly record struct FleetPost(string Study, RunnerMessage Message);
