using TuneGraph.Search;

namespace TuneGraph.Dashboard;

/// <summary>
/// A study as the pages show it: put together once from the outline of its log, and kept up with what is new. It grows
/// with the number of trials, not with that of their steps.
/// </summary>
internal sealed class StudyView
{
    /// <summary>The feed tells of so many events at most.</summary>
    private const int FeedLength = 200;

    private readonly List<TrialRow> _trials = [];
    private readonly Queue<LoggedEvent> _feed = [];
    private readonly OrderedDictionary<string, Parameter> _declared = [];
    private SearchSpace? _known;
    private readonly IStudyDepth _depth;
    private SearchSpace? _guessed;

    public StudyView(string id, StudyOutline outline, IStudyDepth depth)
    {
        var study = outline.Study;
        (Id, Study, _depth, Budget) = (id, study, depth, study.Definition.Trials);
        _known = study.Definition.Parameters is [_, ..] parameters ? new SearchSpace(Plain(parameters)) : null;
        foreach (var (place, logged) in outline.Places.Zip(study.Log))
        {
            Revision = place;
            Apply(logged);
        }
    }

    /// <summary>A study that was read as a whole.</summary>
    public StudyView(string id, StoredStudy study)
        : this(id, StudyOutline.Of(study), new WholeStudy(study)) { }

    /// <summary>Its name in addresses.</summary>
    public string Id { get; }

    /// <summary>Definition, state and notes as they are now; the log in it is only the newest part.</summary>
    public StoredStudy Study { get; private set; }

    /// <summary>The study with its tasks and attempts.</summary>
    public StoredStudy Work => _depth.Work();

    public StudyDefinition Definition => Study.Definition;

    /// <summary>How many trials it may have, as it was last changed.</summary>
    public int Budget { get; private set; }

    /// <summary>Changes whenever somebody notes something.</summary>
    public int RemarksMark => Study.Remarks.Aggregate(0, (mark, one) => HashCode.Combine(mark, one.Trial, one.At));

    /// <summary>What was noted about a trial, or about the study as a whole; null for nothing.</summary>
    public StoredRemark? RemarkOf(int? trial) => Study.Remarks.FirstOrDefault(remark => remark.Trial == trial);

    /// <summary>How many events of its log are in it.</summary>
    public int Revision { get; private set; }

    public IReadOnlyList<TrialRow> Trials => _trials;

    /// <summary>The newest events, the latest first.</summary>
    public IEnumerable<LoggedEvent> Feed => _feed.Reverse();

    /// <summary>
    /// What was searched, former ranges included; where the definition does not tell, what its trials used.
    /// </summary>
    public SearchSpace Space => _known ?? (_guessed ??= Guessed());

    public Direction Direction => Definition.Direction;

    /// <summary>The best completed and feasible trial by the first objective; null while there is none.</summary>
    public TrialRow? Best
    {
        get
        {
            var ended = _trials.Where(t => t is { State: TrialState.Completed, IsFeasible: true, Values.Length: > 0 });
            return Direction == Direction.Minimize
                ? ended.MinBy(trial => trial.Values[0])
                : ended.MaxBy(trial => trial.Values[0]);
        }
    }

    /// <summary>What importance and the plots of analysis are worked out from.</summary>
    public List<Evaluation> Evaluations() =>
        [
            .. _trials.Where(t => t is { State: TrialState.Completed, IsFeasible: true, Values.Length: > 0 })
                .Select(trial => new Evaluation(trial.Number, trial.Configuration, trial.Values[0])),
        ];

    /// <summary>Takes in what a store has told since.</summary>
    /// <param name="news">The study now; its log begins where this view ends.</param>
    public void Apply(StoredStudy news)
    {
        Study = news;
        _guessed = news.Log.Length == 0 ? _guessed : null;
        foreach (var logged in news.Log)
            Apply(logged);
    }

    /// <summary>The reported steps of some trials, in their order.</summary>
    public ILookup<int, CurvePoint> Curves(params IReadOnlyCollection<int> trials) => _depth.Curves(trials);

    /// <summary>The steps of all trials whose times are known.</summary>
    public ILookup<int, CurvePoint> TimedSteps() => _depth.TimedSteps();

    private void Apply(LoggedEvent logged)
    {
        Revision++;
        if (logged.Event is TrialAsked asked)
            _trials.Add(new TrialRow(asked.Number));
        if (logged.Event is not (BudgetChanged or RangesChanged) && logged.Event.Number < _trials.Count)
            _trials[logged.Event.Number].Apply(logged, Definition.DefineByRun, Revision);
        if (logged.Event is BudgetChanged { Budget.Trials: { } trials })
            Budget = trials;
        if (logged.Event is RangesChanged { Ranges: var ranges } && _known is { } known)
            _known = EverAllowed.Widened(known, ranges);
        if (logged.Event is ParameterSuggested { Parameter: var declared })
            _declared.TryAdd(declared.Name, declared);
        if (logged.Event is not (StepReported or ParameterSuggested))
            Remember(logged);
    }

    private void Remember(LoggedEvent logged)
    {
        _feed.Enqueue(logged);
        if (_feed.Count > FeedLength)
            _feed.Dequeue();
    }

    // Conditions do not matter to a picture: where a parameter is not active there is nothing to draw.
    private static IEnumerable<Parameter> Plain(IEnumerable<Parameter> parameters) =>
        parameters.Select(parameter => new Parameter(parameter.Name, parameter.Distribution));

    private SearchSpace Guessed()
    {
        if (_declared.Count > 0)
            return new SearchSpace([.. _declared.Values]);
        var values = new OrderedDictionary<string, List<ParameterValue>>();
        foreach (var trial in _trials)
        {
            foreach (var (name, value) in trial.Configuration)
            {
                values.TryAdd(name, []);
                values[name].Add(value);
            }
        }

        return new SearchSpace([.. values.Select(pair => Guess(pair.Key, pair.Value))]);
    }

    private static Parameter Guess(string name, List<ParameterValue> values)
    {
        const double Wide = 100;
        if (!values.TrueForAll(value => value.Kind is ParameterKind.Float or ParameterKind.Int))
            return new Parameter(name, new CategoricalDistribution([.. values.Distinct()]));
        var (low, high) = (values.Min(value => value.AsFloat()), values.Max(value => value.AsFloat()));
        return new Parameter(name, new FloatDistribution(low, high, Log: low > 0 && high / low > Wide));
    }
}
