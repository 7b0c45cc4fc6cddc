using System.Collections.Immutable;
using System.Globalization;
using TuneGraph.Search;

namespace TuneGraph;

/// <summary>Writes what happens in a sweep as plain lines of text, one a trial: for logs, pipes and scripts. A step of
/// a strategy that measures something of its own, such as a duality gap, has a line too.</summary>
/// <param name="output">Where to write.</param>
public sealed class PlainProgress(TextWriter output) : IProgress<SweepEvent>
{
    private readonly HashSet<int> _paused = [];
    private SweepSpec? _spec;

    /// <summary>Writes one event; most steps are not worth a line.</summary>
    public void Report(SweepEvent value)
    {
        switch (value)
        {
            case SweepStarted started:
                _spec = started.Spec;
                Line(
                    $"{started.Spec.Name}: {Count(started.Spec.Budget.Trials, "trial")}, {started.Parallel} at a time, "
                        + $"sampler {started.Spec.Sampler.Name}, pruner {started.Spec.Pruner.Name}, "
                        + string.Join(", ", started.Spec.Objectives.Select(Goal))
                );
                if (started.Known > 0)
                    Line($"going on after {Count(started.Known, "trial")}");
                break;
            case TrialEnded { Trial: { State: TrialState.Pruned } trial } when _paused.Contains(trial.Number):
                break; // Its pause was told; that nothing came after it is no news.
            case TrialEnded ended:
                if (ended.Trial.State == TrialState.Paused)
                    _paused.Add(ended.Trial.Number);
                Line(Describe(ended));
                break;
            case TrialStepped { Metrics: { } metrics } stepped:
                foreach (var note in metrics.Notes)
                    Line($"trial {stepped.Trial.Number} step {stepped.Step}: {note}");
                if (!metrics.Measures.IsEmpty)
                    Line($"trial {stepped.Trial.Number} step {stepped.Step}: {Describe(metrics.Measures)}");
                break;
            case TrialStarted { Trial: var trial }:
                _paused.Remove(trial.Number);
                break;
            case StageStarted { Kind: "final" }:
                Line(
                    _spec is { Retrain: true }
                        ? "retraining the best on train and validation data"
                        : "restoring the best model"
                );
                break;
            case SweepEnded { Result: var result }:
                Line(
                    result.Outcome == SweepOutcome.Finished
                        ? $"finished: {result}"
                        : $"{result.Outcome.ToString().ToLowerInvariant()}: {result.Reason}"
                );
                break;
            default:
                break;
        }
    }

    private static string Describe(ImmutableArray<KeyValuePair<string, double>> measures) => string.Join(
        ", ",
        measures.Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.Key} {one.Value:G4}")));

    private static string Describe(TrialEnded ended)
    {
        var trial = ended.Trial;
        var state = trial.State.ToString().ToLowerInvariant();
        var value = trial.Values.Length > 0 ? ConfigurationText.Short(trial.Values) : "-";
        var steps = trial.Steps > 0 ? $" after {Count(trial.Steps, "step")}" : "";
        var best = ended.IsBest ? "  <- best so far" : "";
        var why = ended.Why is { } reason ? $" ({reason})" : "";
        return $"trial {trial.Number} {state} {value}{steps}: "
            + $"{ConfigurationText.Short(trial.Configuration)}{why}{best}";
    }

    private static string Goal(ObjectiveSpec objective) =>
        $"{objective.Direction.ToString().ToLowerInvariant()} {objective.Metric}";

    private static string Count(int number, string noun) => $"{number} {noun}{(number == 1 ? "" : "s")}";

    private void Line(string text) => output.WriteLine(text);
}
