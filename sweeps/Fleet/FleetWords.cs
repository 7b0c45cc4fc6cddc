namespace TuneGraph;

/// <summary>The codes of a scheduler's refusals.</summary>
internal static class FleetCode
{
    public const string NameTaken = "worker-name-taken";
    public const string OtherVersion = "worker-version";
    public const string LeaseEnded = "lease-ended";
    public const string NeverFits = "gang-never-fits";
    public const string StudyExists = "study-exists";
    public const string NoStudy = "study-not-found";
    public const string NoWorker = "worker-not-found";
    public const string NoTrial = "trial-not-found";
    public const string TrialOver = "trial-over";
    public const string NotAsked = "study-not-asked";
    public const string StandsBy = "scheduler-stands-by";
    public const string Held = "study-held";
    public const string NotRunning = "study-not-running";
    public const string BadSweep = "sweep-invalid";
    public const string BadRequest = "request-invalid";
    public const string NoArtifact = "artifact-not-found";
    public const string DamagedArtifact = "artifact-damaged";
    public const string NoSpace = "store-unavailable";
    public const string Unauthorized = "token-required";
    public const string Forbidden = "not-allowed";
    public const string Ending = "scheduler-ending";
}

/// <summary>How an attempt ended on its worker.</summary>
internal enum OrderOutcome
{
    /// <summary>It did what it was asked, or was told to end at a step.</summary>
    Done,

    /// <summary>It was stopped between two steps, as the scheduler asked.</summary>
    Stopped,

    /// <summary>It threw an error.</summary>
    Failed,

    /// <summary>It ran out of memory.</summary>
    OutOfMemory,

    /// <summary>Its loss is no longer finite.</summary>
    Diverged,

    /// <summary>Its worker has to leave, and hands it back with what it had computed.</summary>
    Preempted,

    /// <summary>Its process ended without a word.</summary>
    Died,

    /// <summary>Ranks elsewhere broke off, or could not be reached: it lies with them.</summary>
    Broken,

    /// <summary>The worker cannot compute it: it has another version, or other data.</summary>
    Refused,
}
