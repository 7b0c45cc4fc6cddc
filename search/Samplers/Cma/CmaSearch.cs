namespace TuneGraph.Search;

/// <summary>
/// The strategy's state as the fold of a study's log. A trial counts as drawn by it when its configuration is what
/// would have been drawn for its number from the state at that event; any other trial is a point from elsewhere.
/// </summary>
internal sealed class CmaSearch
{
    /// <summary>A point that breaks the space's rules is drawn again so often, before it is repaired.</summary>
    private const int RuledDraws = 20;

    private readonly CmaAxes _axes;
    private readonly CmaSchedule _schedule;
    private readonly CmaOptions _options;
    private readonly ulong _seed;
    private readonly int _sign;
    private readonly Dictionary<int, Open> _open = [];
    private readonly List<(double Loss, double[] Codes)> _known = [];
    private CmaRun? _run;
    private bool _begun;

    public CmaSearch(CmaOptions options, SearchSpace space, StudyHistory history)
    {
        Space = space;
        _options = options;
        _seed = history.Seed;
        _sign = history.Direction == Direction.Minimize ? 1 : -1;
        _axes = new(space);
        _schedule = new(options, _axes, _seed);
        foreach (var (configuration, value) in options.WarmStart)
            Know(_sign * value, _axes.Codes(configuration).Codes);
    }

    /// <summary>The space that it searches.</summary>
    public SearchSpace Space { get; }

    /// <summary>The configuration of a trial that is asked for now.</summary>
    public Configuration Suggest(int number) => Configured(Draw(number));

    /// <summary>Takes in one event.</summary>
    public void Apply(StudyEvent @event)
    {
        switch (@event)
        {
            case TrialAsked asked:
                OnAsked(asked);
                break;
            case ParameterSuggested suggested when _open[suggested.Number] is { Candidate: null } open:
                open.Configuration = open.Configuration.With(suggested.Parameter.Name, suggested.Value);
                break;
            case StepReported reported:
                _open[reported.Number].Last = (reported.Step, _sign * reported.Value);
                break;
            case TrialPaused paused:
                Take(paused.Number, _open[paused.Number], StoppedRank(paused.Number));
                break;
            case TrialTold told:
                OnTold(told);
                break;
        }
    }

    private void OnAsked(TrialAsked asked)
    {
        var open = new Open(asked.Configuration);
        _open.Add(asked.Number, open);
        if (asked.Given)
            return;
        var drawn = Draw(asked.Number);
        var configuration = Configured(drawn);
        if (configuration.Equals(asked.Configuration))
            open.Candidate = drawn;
        else if (!Space.Repair(configuration).Equals(asked.Configuration))
            return; // another sampler's
        _begun = true;
    }

    private void OnTold(TrialTold told)
    {
        _open.Remove(told.Number, out var open);
        switch (told.State)
        {
            case TrialState.Infeasible or TrialState.Completed when told.Violation > 0:
                Take(told.Number, open!, CmaRank.Infeasible(told.Violation, told.Number));
                break;
            case TrialState.Completed:
                var loss = _sign * told.Value!.Value;
                if (!_begun)
                    Know(loss, _axes.Codes(open!.Configuration).Codes);
                else
                    Take(told.Number, open!, CmaRank.Completed(loss, told.Number));
                break;
            case TrialState.Pruned:
                Take(told.Number, open!, StoppedRank(told.Number, open));
                break;
        }
    }

    private CmaRank StoppedRank(int number, Open? open = null)
    {
        var last = (open ?? _open[number]).Last;
        return CmaRank.Stopped(last?.Step, last?.Loss ?? 0, number);
    }

    /// <summary>A verdict: the first counts, and a later one only while the generation is still open.</summary>
    private void Take(int number, Open open, CmaRank rank)
    {
        if (!_begun)
            return;
        var run = _run!;
        var candidate = open.Candidate;
        if (candidate is null)
        {
            var (codes, choices) = _axes.Codes(open.Configuration);
            candidate = new(-1, 0, [], codes, choices);
        }
        else if (candidate.Run != run.Number)
        {
            return; // drawn before a restart
        }

        var place = (run.Number, run.Generation);
        if (open.Taken is { } taken && taken != place)
            return;
        open.Taken = place;
        run.Tell(rank, candidate);
        if (run.Generation > place.Generation && _options.Restarts != CmaRestarts.None && run.HasConverged())
            _run = _schedule.After(run);
    }

    /// <summary>A trial from before the first own one.</summary>
    private void Know(double loss, double[] codes)
    {
        for (var i = 0; i < codes.Length; i++)
        {
            if (double.IsNaN(codes[i]))
                return;
        }

        _known.Add((loss, codes));
        _run = null;
    }

    private CmaCandidate Draw(int number)
    {
        _run ??= _schedule.First(_known);
        var random = SearchRandom.For(_seed, number, "cma");
        var drawn = _run.Draw(random);
        for (var again = 0; again < RuledDraws && !Space.Allows(Configured(drawn)); again++)
            drawn = _run.Draw(random);
        return drawn;
    }

    private Configuration Configured(CmaCandidate drawn) => _axes.Configuration(i => drawn.Codes[i], drawn.Choices);

    /// <summary>A trial without a final verdict.</summary>
    private sealed class Open(Configuration configuration)
    {
        public Configuration Configuration { get; set; } = configuration;

        public CmaCandidate? Candidate { get; set; }

        public (int Step, double Loss)? Last { get; set; }

        public (int Run, int Generation)? Taken { get; set; }
    }
}
