using System.Runtime.InteropServices;

namespace TuneGraph.Search;

/// <summary>
/// Stops a trial whose best value so far is worse than the median of what completed trials had reported at the same
/// step: the rule of Google Vizier (Golovin et al. 2017, section 3.3.2) as Optuna applies it. A trial that is level
/// with the median goes on.
/// </summary>
/// <param name="options">Settings; null for the defaults.</param>
public sealed class MedianPruner(MedianOptions? options = null) : Pruner
{
    /// <summary>The settings.</summary>
    public MedianOptions Options { get; } = options ?? new();

    /// <inheritdoc/>
    public override string Name => "median";

    /// <inheritdoc/>
    public override PruneDecision Decide(StudyHistory history, Trial trial, int step)
    {
        ArgumentNullException.ThrowIfNull(history);
        ArgumentNullException.ThrowIfNull(trial);
        if (step < Options.WarmupSteps || !IsDue(trial, step))
            return PruneDecision.Continue;
        var index = history.Index(this, static h => new MedianIndex(h));
        if (index.Completed < Options.StartupTrials)
            return PruneDecision.Continue;
        var losses = index.LossesAt(step);
        if (losses.IsEmpty)
            return PruneDecision.Continue;
        var middle = losses.Length / 2;
        var median = losses.Length % 2 == 1 ? losses[middle] : (losses[middle - 1] / 2) + (losses[middle] / 2);
        var best = index.BestOf(trial.Number);
        var stop = best > median;
        var (value, level) = (history.Loss(best), history.Loss(median)); // turned back
        var side = (history.Direction == Direction.Minimize) == stop ? "above" : "below";
        return new(stop ? Verdict.Stop : Verdict.Continue, FormattableString.Invariant(
            $"step {step}: {value:G6} is {(best == median ? "level with" : side)} ")
            + FormattableString.Invariant($"the median {level:G6} of {losses.Length} trials"));
    }

    /// <summary>Whether this is the trial's first report since the last step at which a judgement was due.</summary>
    private bool IsDue(Trial trial, int step)
    {
        var due = step - ((step - Options.WarmupSteps) % Options.Interval);
        return trial.IntermediateValues.Count < 2 || trial.IntermediateValues[^2].Step < due;
    }

    /// <summary>The losses that completed trials had at each step, sorted, and the best loss of each trial.</summary>
    private sealed class MedianIndex(StudyHistory history) : LogIndex
    {
        private readonly Dictionary<int, List<double>> _byStep = [];
        private readonly List<double> _best = [];

        public int Completed { get; private set; }

        public double BestOf(int trial) => _best[trial];

        public ReadOnlySpan<double> LossesAt(int step) =>
            _byStep.TryGetValue(step, out var losses) ? CollectionsMarshal.AsSpan(losses) : default;

        protected override void Apply(StudyEvent @event)
        {
            if (@event is TrialAsked)
                _best.Add(double.PositiveInfinity);
            else if (@event is StepReported reported)
                _best[reported.Number] = Math.Min(_best[reported.Number], history.Loss(reported.Value));
            else if (@event is TrialTold { State: TrialState.Completed } told)
                Add(history.Trials[told.Number]);
        }

        private void Add(Trial trial)
        {
            Completed++;
            foreach (var reported in trial.IntermediateValues)
            {
                if (!_byStep.TryGetValue(reported.Step, out var losses))
                    _byStep.Add(reported.Step, losses = []);
                var loss = history.Loss(reported.Value);
                var place = losses.BinarySearch(loss);
                losses.Insert(place < 0 ? ~place : place, loss);
            }
        }
    }
}
