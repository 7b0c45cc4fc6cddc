using Dapr.Actors.Runtime;

namespace TuneGraph.Scheduler;

/// <summary>
/// A study behind a sidecar. It keeps nothing itself: the store does, and refuses the commits of whoever was activated
/// before the newest activation, however long that one's turn still runs.
/// </summary>
/// <param name="host">The actor's place.</param>
/// <param name="studies">All studies.</param>
internal sealed class StudyActor(ActorHost host, AllStudies studies) : Actor(host), IStudyActor
{
    private readonly StudyTurns _turns = new(host.Id.GetId(), studies);

    /// <inheritdoc/>
    public Task<AskedTrials> AskAsync(StudyAsk ask) => _turns.AskAsync(ask);

    /// <inheritdoc/>
    public Task<StepAnswer> DecideAsync(StudyStep step) => _turns.DecideAsync(step);

    /// <inheritdoc/>
    public Task<TrialView> TellAsync(StudyTell tell) => _turns.TellAsync(tell);
}
