using System.Collections.Immutable;

namespace TuneGraph.Search;

/// <summary>
/// The trials of a conditional space by regime: which parameters take part. A regime is an expert's field of its own;
/// its trials are ranked among themselves, so that a branch which began badly is learnt all the same.
/// </summary>
/// <remarks>
/// Which regime is next is a choice among searches that improve as they go on, as in Li et al., "Efficient automatic
/// CASH via rising bandits" (AAAI 2020): every other trial goes to the regime that has had the fewest among those whose
/// best value, should it improve once more by as much as in the latter half of their trials, would beat the best of
/// all.
/// </remarks>
internal sealed class TpeRegimes
{
    /// <summary>With more regimes than this each would be too rare to learn from.</summary>
    private const int MostExperts = 12;

    /// <summary>With more than this each would get too few of the trials that are shared out.</summary>
    private const int MostShared = 6;

    /// <summary>Before there are so many trials with a verdict, nothing is neglected.</summary>
    private const int FirstVerdicts = 40;

    /// <summary>An expert needs so many trials of its regime.</summary>
    private const int LeastTrials = 8;

    private readonly List<Regime> _regimes = [];

    private TpeRegimes() { }

    /// <summary>The regimes in which trials were, in the order in which they appeared.</summary>
    public static TpeRegimes Of(SearchSpace space, StudyHistory history)
    {
        var result = new TpeRegimes();
        foreach (var trial in history.Trials)
        {
            if (trial.Number == history.Number)
                continue;
            var codes = trial.CodesIn(space);
            var regime = result.At(codes);
            if (regime is null)
                result._regimes.Add(regime = new(codes));
            regime.Add(trial, history);
        }

        return result;
    }

    /// <summary>The regime in which these values are, if it has an expert.</summary>
    public Regime? ExpertAt(ReadOnlySpan<ParameterValue?> values)
    {
        foreach (var regime in _regimes)
        {
            if (regime.Covers(values))
                return _regimes.Count <= MostExperts && regime.Trials.Count >= LeastTrials ? regime : null;
        }

        return null;
    }

    /// <summary>The regime that is due for a trial because it may yet have the best; null for none.</summary>
    public Regime? Neglected(int verdicts)
    {
        if (verdicts < FirstVerdicts || _regimes.Count is < 2 or > MostShared)
            return null;
        var best = _regimes.Min(regime => regime.Best);
        return _regimes.Where(regime => regime.Promises(best)).MinBy(regime => regime.Trials.Count);
    }

    private Regime? At(ReadOnlySpan<double> codes)
    {
        foreach (var regime in _regimes)
        {
            if (regime.Covers(codes))
                return regime;
        }

        return null;
    }

    /// <summary>One of them.</summary>
    internal sealed class Regime
    {
        private readonly bool[] _active;
        private readonly List<Trial> _trials = [];
        private readonly List<double> _bests = []; // the best loss after each completed trial

        public Regime(ReadOnlySpan<double> codes)
        {
            _active = new bool[codes.Length];
            for (var i = 0; i < codes.Length; i++)
                _active[i] = !double.IsNaN(codes[i]);
            Places = [.. Enumerable.Range(0, codes.Length).Where(i => _active[i])];
        }

        /// <summary>The places of the parameters that take part.</summary>
        public ImmutableArray<int> Places { get; }

        /// <summary>Its trials by number, the running ones too.</summary>
        public IReadOnlyList<Trial> Trials => _trials;

        /// <summary>The best loss of its completed trials; +∞ before there is one.</summary>
        public double Best => _bests.Count == 0 ? double.PositiveInfinity : _bests[^1];

        public void Add(Trial trial, StudyHistory history)
        {
            _trials.Add(trial);
            if (trial.State == TrialState.Completed)
                _bests.Add(Math.Min(Best, history.Loss(trial)));
        }

        /// <summary>Whether it may beat the best value of all before long.</summary>
        public bool Promises(double best)
        {
            if (_bests.Count < 5 + (2 * Places.Length))
                return true; // too early to tell
            var gained = _bests[_bests.Count / 2] - Best;
            return Best - gained <= best;
        }

        /// <summary>Whether exactly its parameters take part with these values, and the rules are kept.</summary>
        public bool IsRight(SearchSpace space, ParameterValue?[] values)
        {
            for (var i = 0; i < values.Length; i++)
            {
                if (space.IsActive(i, values) != _active[i])
                    return false;
            }

            return space.Allows(values);
        }

        public bool Covers(ReadOnlySpan<double> codes)
        {
            for (var i = 0; i < codes.Length; i++)
            {
                if (_active[i] == double.IsNaN(codes[i]))
                    return false;
            }

            return true;
        }

        public bool Covers(ReadOnlySpan<ParameterValue?> values)
        {
            for (var i = 0; i < values.Length; i++)
            {
                if (_active[i] == values[i] is null)
                    return false;
            }

            return true;
        }
    }
}
