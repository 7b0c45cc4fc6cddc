using TuneGraph.Search;

namespace TuneGraph.Cli;

/// <summary>
/// What a person wants to see of a running sweep, gathered from its events. Safe to read while events arrive.
/// </summary>
internal sealed class SweepView(TimeProvider time) : IProgress<SweepEvent>
{
    private const int RememberedTrials = 5;

    private readonly Lock _gate = new();
    private readonly SortedDictionary<int, TrialSummary> _running = [];
    private readonly Dictionary<TrialState, int> _ended = [];
    private readonly LinkedList<(TrialSummary Trial, bool IsBest)> _recent = [];
    private readonly long _began = time.GetTimestamp();
    private TrialSummary? _best;
    private string? _stage;
    private int _known;
    private int _asked;

    public void Report(SweepEvent value)
    {
        lock (_gate)
            ApplyNeedsLock(value);
    }

    public SweepPicture Now()
    {
        lock (_gate)
        {
            var elapsed = time.GetElapsedTime(_began);
            return new SweepPicture(
                [.. _running.Values],
                new Dictionary<TrialState, int>(_ended),
                [.. _recent],
                _best,
                _stage,
                _asked,
                elapsed,
                _ended.Values.Sum() - _known
            );
        }
    }

    private void ApplyNeedsLock(SweepEvent value)
    {
        switch (value)
        {
            case SweepStarted started:
                _known = _asked = started.Known;
                _stage = null;
                break;
            case TrialStarted { Trial: var trial }:
                _running[trial.Number] = trial;
                _asked = Math.Max(_asked, trial.Number + 1);
                break;
            case TrialStepped { Trial: var trial }:
                _running[trial.Number] = trial;
                break;
            case TrialEnded ended:
                OnEndedNeedsLock(ended);
                break;
            case StageStarted stage:
                _stage = stage.Kind;
                break;
        }
    }

    private void OnEndedNeedsLock(TrialEnded ended)
    {
        _running.Remove(ended.Trial.Number);
        if (ended.IsBest)
            _best = ended.Trial;
        if (ended.Trial.State != TrialState.Paused)
            _ended[ended.Trial.State] = _ended.GetValueOrDefault(ended.Trial.State) + 1;
        _recent.AddFirst((ended.Trial, ended.IsBest));
        if (_recent.Count > RememberedTrials)
            _recent.RemoveLast();
    }
}

/// <summary>A running sweep at one moment.</summary>
/// <param name="Running">The running trials, by number.</param>
/// <param name="Ended">How many trials ended in which state.</param>
/// <param name="Recent">The trials that ended or paused last, the newest first.</param>
/// <param name="Best">The best completed trial; null while there is none.</param>
/// <param name="Stage">What the sweep itself does: reading data, the final model, evaluation, export; null while it
/// searches.</param>
/// <param name="Asked">Trials proposed so far.</param>
/// <param name="Elapsed">Time since this process took the sweep up.</param>
/// <param name="EndedHere">Trials that ended since then.</param>
internal sealed record SweepPicture(
    IReadOnlyList<TrialSummary> Running,
    IReadOnlyDictionary<TrialState, int> Ended,
    IReadOnlyList<(TrialSummary Trial, bool IsBest)> Recent,
    TrialSummary? Best,
    string? Stage,
    int Asked,
    TimeSpan Elapsed,
    int EndedHere
)
{
    /// <summary>Time left for the search at the pace so far; null while nothing tells.</summary>
    public TimeSpan? Left(int budget) =>
        Asked > Running.Count && Elapsed > TimeSpan.Zero && budget > Asked
            ? Elapsed / (Asked - Running.Count) * (budget - Asked)
            : null;
}
