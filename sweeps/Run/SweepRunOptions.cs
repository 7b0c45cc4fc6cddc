namespace TuneGraph;

/// <summary>How a sweep is run, as opposed to what it is.</summary>
public sealed record SweepRunOptions
{
    /// <summary>
    /// Whether to go on with the study of this name if there is one; without it, an existing study is an error. Default
    /// false.
    /// </summary>
    public bool Resume { get; init; }

    /// <summary>
    /// Told everything that happens, in order, from the sweep's own thread: it should return quickly.
    /// </summary>
    public IProgress<SweepEvent>? Progress { get; init; }

    /// <summary>
    /// Where the study is kept; null for <c>study.db</c> in the output folder, or memory when there is none.
    /// </summary>
    public StudyStore? Store { get; init; }

    /// <summary>
    /// How many first steps of each trial the oracle computes once more, told as <see cref="TrialVerified"/>; 0, the
    /// default, none. See <see cref="Training.VerificationSpec.Steps"/>.
    /// </summary>
    public int VerifySteps
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value, nameof(VerifySteps));
            field = value;
        }
    }

    /// <summary>Steers the run from elsewhere in this process; null, the default, where nobody does.</summary>
    public SweepControl? Control { get; init; }

    /// <summary>
    /// Whether what trials write to <see cref="Console"/> is kept with the study, besides being written: then the
    /// writers of the console are replaced by ones that listen. Default true.
    /// </summary>
    public bool KeepsPrinted { get; init; } = true;

    /// <summary>The clock. Default: the system's.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Name of this process in the records of attempts.</summary>
    internal string Worker { get; } = $"{Environment.MachineName}:{Environment.ProcessId}";

    /// <summary>Where the sweep runs; null for threads of this process.</summary>
    internal SweepSite? Site { get; init; }

    /// <summary>The study as it was found; null for a new one.</summary>
    internal StoredStudy? Known { get; init; }
}
