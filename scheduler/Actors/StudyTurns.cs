namespace TuneGraph.Scheduler;

/// <summary>A study's turn in this process: its loop does one thing after the other, fenced by its claim.</summary>
/// <param name="name">The study.</param>
/// <param name="studies">All of them.</param>
internal sealed class StudyTurns(string name, AllStudies studies) : IStudyActor
{
    /// <inheritdoc/>
    public Task<AskedTrials> AskAsync(StudyAsk ask) =>
        studies.Asked(name).DoAsync(ledger => ledger.Ask(ask.Count, ask.Key));

    /// <inheritdoc/>
    public Task<StepAnswer> DecideAsync(StudyStep step) =>
        studies.Asked(name).DoAsync(ledger => ledger.Report(step.Trial, step.Step));

    /// <inheritdoc/>
    public Task<TrialView> TellAsync(StudyTell tell) =>
        studies.Asked(name).DoAsync(ledger => ledger.Tell(tell.Trial, tell.Result));
}
