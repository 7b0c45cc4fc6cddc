using Hangfire;

namespace TuneGraph.Scheduler;

/// <summary>What a scheduler does now and then, beside its studies.</summary>
/// <param name="studies">The studies that workers run.</param>
/// <param name="asked">Those whose trials others run.</param>
internal sealed class UpkeepJobs(ScheduledStudies studies, AskedStudies asked)
{
    /// <summary>Deletes artifacts that no study needs any more.</summary>
    [AutomaticRetry(Attempts = 0)]
    [JobDisplayName("delete artifacts that nobody needs")]
    public int SweepArtifacts() => studies.SweepArtifacts();

    /// <summary>Forgets the answers to calls that nobody will repeat.</summary>
    [AutomaticRetry(Attempts = 0)]
    [JobDisplayName("forget old answers")]
    public Task ForgetAnswersAsync() => asked.ForgetAsync();
}
