using System.Collections.Immutable;
using TuneGraph.Search;

namespace TuneGraph;

/// <summary>A finished search, as the report tells it.</summary>
/// <param name="Spec">What was run.</param>
/// <param name="Trials">Every trial, by number; none runs any more.</param>
/// <param name="Best">The best completed trial; of several objectives the first one's best.</param>
/// <param name="Front">The trials that no other dominates, by number.</param>
/// <param name="Curves">What was measured after each step of each trial, by trial number.</param>
/// <param name="SharedSteps">Steps that were not computed because an equal segment was known already.</param>
internal sealed record SweepSummary(
    SweepSpec Spec,
    ImmutableArray<TrialSummary> Trials,
    TrialSummary Best,
    ImmutableArray<TrialSummary> Front,
    IReadOnlyDictionary<int, IReadOnlyList<StepRecord>> Curves,
    int SharedSteps);

/// <summary>One step of a trial.</summary>
internal readonly record struct StepRecord(int Step, ValueList Values, StepMetrics? Metrics)
{
    public double Value => Values[0];
}

/// <summary>The final model.</summary>
internal sealed record FinalModel(Training.TrainedModel Model);

/// <summary>Metrics of the final model on the test split, by name.</summary>
internal sealed record TestMetrics(ImmutableArray<KeyValuePair<string, double>> Values);
