using Dapr.Actors;

namespace TuneGraph.Scheduler;

/// <summary>
/// A study's turn: one call after the other, short, and safe to repeat. <c>StudyTurns</c> is it in this process,
/// <c>StudyActor</c> the same behind a sidecar; the actor's id is the study's name.
/// </summary>
public interface IStudyActor : IActor
{
    /// <summary>Gives trials out; the same ones again for a key that was used before.</summary>
    Task<AskedTrials> AskAsync(StudyAsk ask);

    /// <summary>Takes a step of a trial and decides whether it goes on; a step that is known changes nothing.</summary>
    Task<StepAnswer> DecideAsync(StudyStep step);

    /// <summary>Takes how a trial ended; the same word once more changes nothing.</summary>
    Task<TrialView> TellAsync(StudyTell tell);
}

/// <summary>Asks for trials.</summary>
/// <param name="Count">How many, from 1 to 1000.</param>
/// <param name="Key">The call's own key, by which its repetition is known; null for none.</param>
public sealed record StudyAsk(int Count, string? Key);

/// <summary>A step of a trial.</summary>
/// <param name="Trial">Its number.</param>
/// <param name="Step">The step.</param>
public sealed record StudyStep(int Trial, StepRequest Step);

/// <summary>The end of a trial.</summary>
/// <param name="Trial">Its number.</param>
/// <param name="Result">How it ended.</param>
public sealed record StudyTell(int Trial, TellRequest Result);
