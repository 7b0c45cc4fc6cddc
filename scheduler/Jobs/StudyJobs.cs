using Hangfire;
using Hangfire.Server;

namespace TuneGraph.Scheduler;

/// <summary>
/// A study's turn as a durable job. It carries the study's name only: what is to be done stands in the store, so a job
/// that comes twice, or of a scheduler that is dead, does nothing.
/// </summary>
/// <param name="studies">The studies.</param>
internal sealed class StudyJobs(ScheduledStudies studies)
{
    /// <summary>How often a turn that broke is tried again.</summary>
    public const int Retries = 5;

    /// <summary>
    /// Runs a study until it ends or its scheduler leaves. When the store or the disk failed, it is tried again after
    /// 1, 5, 15, 60 and 300 seconds; any other error is the study's own, and would come again.
    /// </summary>
    [AutomaticRetry(
        Attempts = Retries,
        DelaysInSeconds = [1, 5, 15, 60, 300],
        OnlyOn = [typeof(StoreException), typeof(IOException)],
        OnAttemptsExceeded = AttemptsExceededAction.Fail)]
    [JobDisplayName("study {0}")]
    public async Task TurnAsync(string study, PerformContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (studies.Find(study) is { } found)
            await found.TurnAsync(isLast: context.GetJobParameter<int>("RetryCount") >= Retries);
    }
}
