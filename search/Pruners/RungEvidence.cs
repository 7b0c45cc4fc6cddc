namespace TuneGraph.Search;

/// <summary>Whether a rung's order is believed, and if not, why.</summary>
internal readonly record struct RungTrust(bool Holds, string? Why);

/// <summary>
/// The rungs of a study under <see cref="AutoPruner"/>, how the trials that passed them ended, and the probes: trials
/// that run to the end although a rung had turned them down.
/// </summary>
internal sealed class RungEvidence(StudyHistory history, AutoPruner pruner) : LogIndex
{
    // The constants were chosen on five kinds of synthetic curves and on a table of 1,680 real trainings.

    /// <summary>Before so many full trainings, rungs at which trials only pause are trusted unproved.</summary>
    private const double FreeTrainings = 3;

    /// <summary>A rung's proof takes so many finished trials that it would have turned down.</summary>
    private const int LeastOutside = 5;

    private const int LeastInside = 2;

    /// <summary>Which share of the finished trials counts as the best.</summary>
    private const double BestShare = 0.15;

    private const int LeastBest = 3;

    /// <summary>Which share of the best must have been within the cut.</summary>
    private const double LeastRecall = 1;

    /// <summary>How often one within the cut must end better than one outside it.</summary>
    private const double LeastConcordance = 0.85;

    /// <summary>
    /// The first probes are drawn from so many of the oldest paused trials, which the sampler's bias has not shaped;
    /// later ones from as many of the newest, since what held for the whole space need not hold where it searches now.
    /// </summary>
    private const int ProbePool = 10;

    /// <summary>The share of all steps that goes to probes once there have been enough.</summary>
    private const double ProbeShare = 0.2;

    /// <summary>Of the trials that looked hopeless so many may end better than was thought possible.</summary>
    private const double MostSurprises = 0.1;

    private readonly List<Rung> _rungs = [];
    private readonly List<Course> _courses = []; // by trial number
    private readonly List<int> _finished = [];
    private readonly HashSet<int> _probing = [];
    private List<RungTrust>? _proofs;
    private long _spent;
    private long _probed;
    private int _probes;
    private int _longest;
    private double _best = double.PositiveInfinity;
    private int _doomed;
    private int _surprises;

    /// <summary>The rule for curves.</summary>
    public static CurveOptions Curves { get; } = new();

    public IReadOnlyList<Rung> Rungs => _rungs;

    /// <summary>Whether trials may be stopped for where their curve heads for.</summary>
    public bool TrustsCurves => _surprises <= MostSurprises * _doomed;

    private int Resource => history.MaxResource > 0 ? history.MaxResource : _longest;

    private bool IsFree => Resource > 0 && _spent < FreeSteps;

    /// <summary>The highest rung at which the trial arrived with its report of this step; null for none.</summary>
    public int? ArrivedAt(int trial, int step) =>
        _courses[trial] is { Losses.Count: > 0 } course && course.ArrivedWith == step ? course.Losses.Count - 1 : null;

    public RungEntry EntryAt(int rung, int trial) => new(_courses[trial].Losses[rung], trial);

    public bool IsProbe(int trial) => _courses[trial].IsProbe;

    /// <summary>Whether trials may be cut at this rung.</summary>
    public RungTrust Trust(int rung)
    {
        if (IsFree && _finished.Count < LeastOutside)
            return new(true, null);
        _proofs ??= [.. Enumerable.Range(0, _rungs.Count).Select(Prove)];
        while (_proofs.Count < _rungs.Count)
            _proofs.Add(Prove(_proofs.Count));
        var proof = _proofs[rung];
        return proof.Why is null && !proof.Holds
            ? new(IsFree, "no cut here yet, too few trials have shown what the rung is worth")
            : proof;
    }

    /// <summary>The paused trial that is to be a probe now; null where none is due.</summary>
    public int? NextProbe()
    {
        if (!IsProbeDue)
            return null;
        var paused = history.Trials.Where(t => t.State == TrialState.Paused && !IsProbe(t.Number))
            .Select(t => t.Number);
        List<int> pool = [.. _probes < LeastOutside ? paused.Take(ProbePool) : paused.TakeLast(ProbePool)];
        return pool.Count == 0
            ? null
            : pool[(int)SearchRandom.For(history.Seed, _probes, "probe").NextInt64(pool.Count)];
    }

    protected override void Apply(StudyEvent @event)
    {
        switch (@event)
        {
            case TrialAsked asked:
                _courses.Add(new Course { Step = asked.Origin?.Step ?? 0 });
                break;
            case StepReported reported:
                Arrive(reported);
                break;
            case TrialPaused when _courses[@event.Number].Losses is { Count: > 0 } losses:
                _rungs[losses.Count - 1].Pause(new(losses[^1], @event.Number));
                break;
            case TrialResumed when _courses[@event.Number].Losses is { Count: > 0 } losses:
                _rungs[losses.Count - 1].Resume(new(losses[^1], @event.Number));
                if (IsOutside(losses.Count - 1, @event.Number))
                    MakeProbe(@event.Number);
                break;
            case TrialTold told:
                End(told);
                break;
            default:
                break;
        }
    }

    private bool IsProbeDue =>
        Resource > 0 && _probing.Count == 0 && !IsFree
        && _probed <= (_probes < LeastOutside ? 1 : ProbeShare) * (_spent - FreeSteps);

    private double FreeSteps => pruner.Options.Mode == HalvingMode.Promote ? FreeTrainings * Resource : 0;

    private void Arrive(StepReported reported)
    {
        var course = _courses[reported.Number];
        var steps = reported.Step - course.Step;
        _spent += steps;
        _probed += course.IsProbe ? steps : 0;
        course.Step = reported.Step;
        while (RungAfter(course.Losses.Count) is { } rung && rung.Step <= reported.Step)
        {
            course.Losses.Add(history.Loss(reported.Value));
            course.ArrivedWith = reported.Step;
            rung.Add(new(course.Losses[^1], reported.Number));
        }

        if (course.Doom is null && (course.IsProbe || IsProbeDue) && Doom(reported) is { } doom)
        {
            (course.Doom, _doomed) = (doom, _doomed + 1);
            MakeProbe(reported.Number);
        }

        if (pruner.Options.Mode == HalvingMode.Stop && course.ArrivedWith == reported.Step && !course.IsProbe
            && IsProbeDue && IsOutside(course.Losses.Count - 1, reported.Number))
            MakeProbe(reported.Number);
    }

    private void End(TrialTold told)
    {
        var course = _courses[told.Number];
        _probing.Remove(told.Number);
        if (course.Losses is { Count: > 0 } losses)
            _rungs[losses.Count - 1].Resume(new(losses[^1], told.Number));
        if (told.State != TrialState.Completed)
            return;
        course.Final = history.Loss(history.Trials[told.Number]);
        _surprises += course.Doom?.ChanceBelow(course.Final) < Curves.Threshold ? 1 : 0;
        _best = Math.Min(_best, course.Final);
        _longest = Math.Max(_longest, course.Step);
        _finished.Add(told.Number);
        _proofs = null;
    }

    /// <summary>The forecast for which <see cref="CurvePruner"/> would stop the trial now; null if it would
    /// not.</summary>
    private CurveForecast? Doom(StepReported reported)
    {
        if (_finished.Count < Curves.StartupTrials || reported.Step < Curves.WarmupShare * history.MaxResource
            || reported.Step >= history.MaxResource)
            return null;
        var values = history.Trials[reported.Number].IntermediateValues
            .TakeWhile(v => v.Step <= reported.Step).ToList();
        if (values.Count < Curves.LeastPoints)
            return null;
        var forecast = CurveForecast.Of(values, history.Loss, history.MaxResource);
        return forecast.ChanceBelow(_best) < Curves.Threshold ? forecast : null;
    }

    private void MakeProbe(int trial)
    {
        _probing.Add(trial);
        _probes += _courses[trial].IsProbe ? 0 : 1;
        _courses[trial].IsProbe = true;
    }

    private Rung? RungAfter(int k)
    {
        if (k == _rungs.Count)
        {
            if (pruner.NextRung(k == 0 ? 0 : _rungs[^1].Step, history.MaxResource) is not { } step)
                return null;
            _rungs.Add(new Rung(step));
        }

        return _rungs[k];
    }

    private bool IsOutside(int rung, int trial) =>
        _rungs[rung].RankOf(EntryAt(rung, trial)) >= Math.Max(1, _rungs[rung].Count / pruner.Options.ReductionFactor);

    /// <summary>Compares how those ended that were within and outside the rung's cut.</summary>
    private RungTrust Prove(int rung)
    {
        var ends = _finished.Where(t => _courses[t].Losses.Count > rung)
            .Select(t => (Loss: _courses[t].Final, Outside: IsOutside(rung, t))).ToList();
        var outside = ends.Count(end => end.Outside);
        if (outside < LeastOutside || ends.Count - outside < LeastInside)
            return default;
        ends.Sort();
        var best = Math.Max(LeastBest, (int)Math.Ceiling(BestShare * ends.Count));
        var hits = ends.Take(best).Count(end => !end.Outside);
        var concordance = Concordance(ends);
        return hits >= LeastRecall * best && concordance >= LeastConcordance
            ? new(true, null)
            : new(false, FormattableString.Invariant(
                $"no cut here, it would have let {hits} of the {best} best through ")
                + FormattableString.Invariant($"and orders {concordance:P0} of pairs rightly"));
    }

    /// <summary>How often one within ended better than one outside; ties count half (Mann and Whitney 1947).</summary>
    private static double Concordance(List<(double Loss, bool Outside)> sorted)
    {
        var (inside, outside, pairs) = (0.0, 0.0, 0.0);
        for (var start = 0; start < sorted.Count;)
        {
            var (within, beyond) = (0.0, 0.0);
            var loss = sorted[start].Loss;
            for (; start < sorted.Count && sorted[start].Loss == loss; start++)
            {
                within += sorted[start].Outside ? 0 : 1;
                beyond += sorted[start].Outside ? 1 : 0;
            }

            pairs += beyond * (inside + (within / 2));
            (inside, outside) = (inside + within, outside + beyond);
        }

        return pairs / (inside * outside);
    }

    /// <summary>A trial's way through the rungs.</summary>
    private sealed class Course
    {
        /// <summary>Its loss when it arrived at each rung, from the lowest.</summary>
        public List<double> Losses { get; } = [];

        public int ArrivedWith { get; set; } = -1;

        public int Step { get; set; }

        public double Final { get; set; } = double.NaN;

        public bool IsProbe { get; set; }

        /// <summary>For a probe, the first forecast that left it no hope to beat the best.</summary>
        public CurveForecast? Doom { get; set; }
    }
}
