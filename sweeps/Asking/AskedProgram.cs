namespace TuneGraph;

/// <summary>Trials that somebody else runs, who asks for configurations and tells what came of them.</summary>
/// <param name="MostSteps">Steps of a whole trial, for pruners that have to know; 0 where trials report none.</param>
/// <param name="Lease">How long a trial may be silent before it counts as failed; null for ever.</param>
internal sealed record AskedProgram(int MostSteps, TimeSpan? Lease) : TrialProgram;
