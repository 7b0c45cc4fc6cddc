using System.Runtime.InteropServices;

namespace TuneGraph.Search;

/// <summary>
/// The losses that completed trials had at each step, sorted, and the best loss of each trial so far.
/// </summary>
internal sealed class StepLosses(StudyHistory history) : LogIndex
{
    private readonly Dictionary<int, List<double>> _byStep = [];
    private readonly List<double> _best = [];

    public int Completed { get; private set; }

    public double BestOf(int trial) => _best[trial];

    public ReadOnlySpan<double> At(int step) =>
        _byStep.TryGetValue(step, out var losses) ? CollectionsMarshal.AsSpan(losses) : default;

    /// <summary>
    /// The losses by which a report is judged; null where none is due yet, or too few trials have completed.
    /// </summary>
    /// <param name="pruner">Who judges.</param>
    /// <param name="history">The study.</param>
    /// <param name="trial">The trial that has reported.</param>
    /// <param name="step">The step of its report.</param>
    /// <param name="when">From which trial and step on, and how often.</param>
    public static StepLosses? For(
        Pruner pruner, StudyHistory history, Trial trial, int step, (int Startup, int Warmup, int Interval) when)
    {
        ArgumentNullException.ThrowIfNull(history);
        ArgumentNullException.ThrowIfNull(trial);
        if (!IsDue(trial, step, when.Warmup, when.Interval))
            return null;
        var index = history.Index(pruner, static h => new StepLosses(h));
        return index.Completed < when.Startup || index.At(step).IsEmpty ? null : index;
    }

    /// <summary>
    /// Whether this is the trial's first report since the last step at which a judgement was due.
    /// </summary>
    public static bool IsDue(Trial trial, int step, int warmup, int interval)
    {
        if (step < warmup)
            return false;
        var due = step - ((step - warmup) % interval);
        return trial.IntermediateValues.Count < 2 || trial.IntermediateValues[^2].Step < due;
    }

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
