using System.Collections.Immutable;

namespace TuneGraph.Search;

/// <summary>
/// A configuration and the value that its objective took: what importance and plots are worked out from.
/// </summary>
/// <param name="Number">The trial's number.</param>
/// <param name="Configuration">What it was run with.</param>
/// <param name="Value">The objective, finite.</param>
public readonly record struct Evaluation(int Number, Configuration Configuration, double Value)
{
    /// <summary>
    /// The completed ones among these trials that break no constraint, in their order, by the first objective.
    /// </summary>
    public static ImmutableArray<Evaluation> Of(IEnumerable<Trial> trials)
    {
        ArgumentNullException.ThrowIfNull(trials);
        return
        [
            .. trials.Where(trial => trial is { State: TrialState.Completed, Value: not null, IsFeasible: true })
                .Select(trial => new Evaluation(trial.Number, trial.Configuration, trial.Value!.Value)),
        ];
    }

    /// <summary>The value turned so that smaller is better.</summary>
    internal double Loss(Direction direction) => direction == Direction.Minimize ? Value : -Value;

    /// <summary>
    /// The code of a parameter's value; NaN where it has none, or one that is not of the parameter's distribution.
    /// </summary>
    /// <param name="parameter">The parameter.</param>
    /// <param name="place">Its place in the space, where it is looked for first.</param>
    internal double Code(Parameter parameter, int place) =>
        Configuration.TryGet(parameter.Name, place, out var value) && parameter.Distribution.Contains(value)
            ? parameter.Distribution.Code(value)
            : double.NaN;
}
