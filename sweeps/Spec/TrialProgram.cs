using TuneGraph.Search;
using TuneGraph.Training;

namespace TuneGraph;

/// <summary>What a trial does with its configuration: steps and a result out.</summary>
public abstract record TrialProgram
{
    private protected TrialProgram() { }
}

/// <summary>A trial that trains a built-in model on a table of data.</summary>
/// <param name="Data">Where the rows come from and how they are split.</param>
/// <param name="Model">The model.</param>
/// <param name="Training">How it is trained.</param>
public sealed record ModelProgram(DataSpec Data, ModelTemplate Model, TrainingTemplate Training) : TrialProgram;

/// <summary>A trial that calls a C# function.</summary>
/// <param name="Objective">
/// Takes the trial and a token that is cancelled when the sweep is told to end now; gives the objective's value, or one
/// for each objective. NaN, infinity and exceptions make the trial a failed one with its reason.
/// </param>
public sealed record FunctionProgram(Func<TrialContext, CancellationToken, ValueTask<ValueList>> Objective)
    : TrialProgram;
