using TuneGraph.Search;

namespace TuneGraph;

/// <summary>What the trials of a running sweep have cost so far. Used by the runner's loop only.</summary>
/// <param name="metric">What costs are measured in; null where they are not.</param>
/// <param name="time">The clock.</param>
/// <param name="ledger">The study.</param>
internal sealed class TrialCosts(CostMetric? metric, TimeProvider time, StudyLedger ledger)
{
    private readonly Dictionary<int, double> _seconds = []; // of attempts that have ended, times their ranks
    private readonly Dictionary<int, (long Since, int Ranks)> _running = [];
    private readonly Dictionary<int, double> _told = [];
    private double _ended; // of trials that have ended
    private int _counted; // events of the log that are in it

    /// <summary>The unit behind a number, for people.</summary>
    public string Unit => metric switch
    {
        CostMetric.Seconds => " seconds",
        CostMetric.Steps => " steps",
        CostMetric.ParameterSteps => " parameters times steps",
        _ => "",
    };

    /// <summary>What an earlier process measured.</summary>
    public void GoOn(IEnumerable<StoredAttempt> attempts)
    {
        foreach (var attempt in attempts)
        {
            if (attempt is { Trial: { } trial, EndedAt: { } end })
                Add(trial, (end - attempt.StartedAt).TotalSeconds * attempt.Ranks);
        }
    }

    public void OnStart(int trial, int ranks) => _running[trial] = (time.GetTimestamp(), ranks);

    public void OnEnd(int trial)
    {
        if (_running.Remove(trial, out var attempt))
            Add(trial, time.GetElapsedTime(attempt.Since).TotalSeconds * attempt.Ranks);
    }

    public void OnTold(int trial, double cost) => _told[trial] = cost;

    /// <summary>What a trial has cost so far; null where nothing is known.</summary>
    public double? Of(Trial trial) => metric switch
    {
        null => null,
        CostMetric.Steps => StepsOf(trial),
        CostMetric.ParameterSteps => ledger.ParametersOf(trial.Number) * StepsOf(trial),
        CostMetric.Told => _told.TryGetValue(trial.Number, out var told) ? told : null,
        _ => _seconds.GetValueOrDefault(trial.Number)
            + (_running.TryGetValue(trial.Number, out var attempt)
                ? time.GetElapsedTime(attempt.Since).TotalSeconds * attempt.Ranks
                : 0),
    };

    /// <summary>How many seconds one slot would have been busy with a trial, in attempts that have ended.</summary>
    public double SecondsOf(int trial) => _seconds.GetValueOrDefault(trial);

    /// <summary>What all trials together have cost so far.</summary>
    public double Total()
    {
        var log = ledger.Study.Log;
        for (; _counted < log.Count; _counted++)
        {
            if (log[_counted] is TrialTold told)
                _ended += told.Cost ?? 0;
        }

        return _ended + ledger.Study.Trials.Sum(trial => trial.IsFinished ? 0 : Of(trial) ?? 0);
    }

    private static int StepsOf(Trial trial) => trial.Steps - (trial.Origin?.Step ?? 0);

    private void Add(int trial, double seconds) => _seconds[trial] = _seconds.GetValueOrDefault(trial) + seconds;
}
