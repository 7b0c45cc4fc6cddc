using System.Collections.Immutable;
using System.Diagnostics;

namespace TuneGraph.Search;

/// <summary>
/// What samplers and pruners see of a study: its trials so far, and the question at hand. It is the fold of the study's
/// log. Live and not thread-safe: read it, keep nothing of it.
/// </summary>
public sealed class StudyHistory
{
    private readonly List<Trial> _trials = [];
    private readonly StudyLog _log;
    private readonly Dictionary<object, LogIndex> _indexes = new(ReferenceEqualityComparer.Instance);
    private readonly ParetoFront _front = new();
    private readonly bool _defineByRun;
    private readonly Pruner _pruner;
    private readonly StudyOptions _options;
    private readonly FittingTrials? _of;
    private FittingTrials? _fitting;
    private Dictionary<string, Parameter>? _shared;
    private SearchSpace? _sharedSpace;
    private long _steps;
    private double _cost;

    /// <param name="options">What the study was made with.</param>
    /// <param name="of">Where it holds but a part of a study's trials: which ones; null where it holds all.</param>
    internal StudyHistory(StudyOptions options, FittingTrials? of = null)
    {
        (_options, _of, Space) = (options, of, options.Space);
        _log = new(_trials);
        Directions = options.Directions;
        MaxResource = options.MaxResource;
        Seed = options.Seed;
        Budget = options.Budget;
        _pruner = options.Pruner;
        _defineByRun = options.Space is null;
    }

    /// <summary>All trials by number, the running ones too.</summary>
    public IReadOnlyList<Trial> Trials => _trials;

    /// <summary>All that has happened, in order.</summary>
    public IReadOnlyList<StudyEvent> Log => _log;

    /// <summary>Which values are better, for each objective.</summary>
    public ImmutableArray<Direction> Directions { get; }

    /// <summary>Which values of the first objective are better.</summary>
    public Direction Direction => Directions[0];

    /// <summary>The largest step that a trial reports; 0 where that is unknown.</summary>
    public int MaxResource { get; }

    /// <summary>The study's seed.</summary>
    public ulong Seed { get; }

    /// <summary>How much the study means to spend.</summary>
    public StudyBudget Budget { get; private set; }

    /// <summary>The search space as it is now; null in a define-by-run study.</summary>
    internal SearchSpace? Space { get; private set; }

    /// <summary>
    /// What samplers get to see: everything, and once ranges were changed only the trials that fit the space as it is.
    /// </summary>
    internal StudyHistory Seen => _fitting?.History ?? this;

    /// <summary>
    /// How much of <see cref="Budget"/> is spent, of the part that is nearest to its end: trials asked for, steps
    /// reported, costs told. From 0 to 1; null where nothing is limited.
    /// </summary>
    public double? SpentShare
    {
        get
        {
            if (_of is not null)
                return _of.Whole.SpentShare;
            double?[] shares =
            [
                (double)_trials.Count / Budget.Trials, (double)_steps / Budget.Steps, _cost / Budget.Cost,
            ];
            return shares.Max() is { } share ? Math.Min(share, 1) : null;
        }
    }

    /// <summary>
    /// The number of the trial in question: that which is being asked for (not among <see cref="Trials"/> yet, except
    /// where a define-by-run trial asks for one more parameter), or judged.
    /// </summary>
    public int Number { get; internal set; }

    /// <summary>
    /// Whether a trial that was paused or stopped says something about its configuration, as the study's pruner sees
    /// it; true for all others.
    /// </summary>
    public bool IsInformative(Trial trial)
    {
        ArgumentNullException.ThrowIfNull(trial);
        if (_of is not null)
            return _of.Whole.IsInformative(_of.Original(trial));
        return trial.State is not (TrialState.Pruned or TrialState.Paused) || _pruner.IsInformative(this, trial);
    }

    /// <summary>The trial that <see cref="Study.Best"/> tells of.</summary>
    public Trial? Best { get; private set; }

    /// <summary>The trials that <see cref="Study.Front"/> tells of.</summary>
    public IReadOnlyList<Trial> Front => _front.Trials;

    /// <summary>
    /// The parameters that all completed and pruned trials were given with the same distribution: what the next
    /// define-by-run trial can be expected to ask for. Empty where the space is fixed.
    /// </summary>
    internal SearchSpace SharedSpace => _sharedSpace ??= new(_shared?.Values ?? Enumerable.Empty<Parameter>());

    /// <summary>How many trials of past studies were made known.</summary>
    internal int Imported { get; private set; }

    /// <summary>Why the trial that is being asked for is proposed; null where the sampler says nothing.</summary>
    internal string? Why { get; set; }

    /// <summary>A value of the first objective, turned so that smaller is better.</summary>
    public double Loss(double value) => Direction == Direction.Minimize ? value : -value;

    /// <summary>
    /// The trial's final value of the first objective, turned so that smaller is better; +∞ where it has none or breaks
    /// a constraint.
    /// </summary>
    public double Loss(Trial trial)
    {
        ArgumentNullException.ThrowIfNull(trial);
        return trial.Value is { } value && trial.IsFeasible ? Loss(value) : double.PositiveInfinity;
    }

    /// <summary>
    /// One value for each objective, turned so that smaller is better; empty for the empty list. What a trial breaks
    /// is not looked at.
    /// </summary>
    public double[] Losses(ValueList values)
    {
        var losses = new double[values.Length];
        for (var i = 0; i < losses.Length; i++)
            losses[i] = Directions[i] == Direction.Minimize ? values[i] : -values[i];
        return losses;
    }

    /// <summary>The owner's view of the log, brought up to its end. One is kept for each owner and history.</summary>
    internal T Index<T>(object owner, Func<StudyHistory, T> create)
        where T : LogIndex
    {
        if (!_indexes.TryGetValue(owner, out var index))
            _indexes.Add(owner, index = create(this));
        index.CatchUp(_log);
        return (T)index;
    }

    internal Trial TrialAt(int number) => (uint)number < (uint)_trials.Count
        ? _trials[number]
        : throw new ArgumentException(
            $"There is no trial {number}: the study has {_trials.Count} so far, numbered from 0.", nameof(number));

    /// <summary>Takes one event in, or throws and leaves everything as it was.</summary>
    internal void Apply(StudyEvent @event)
    {
        switch (@event)
        {
            case TrialAsked asked:
                if (asked.Number != _trials.Count)
                    throw new ArgumentException(
                        $"Trial {asked.Number} cannot be asked for: the next number is {_trials.Count}.");
                if (asked.Origin is { } origin)
                    OnForked(asked.Number, origin);
                _trials.Add(new Trial(asked.Number, asked.Configuration, asked.Given, _defineByRun, asked.Origin)
                {
                    Why = asked.Why,
                });
                break;
            case TrialImported imported:
                OnImported(imported);
                break;
            case BudgetChanged changed:
                OnBudget(changed);
                break;
            case RangesChanged changed:
                OnRanges(changed);
                break;
            case ParameterSuggested suggested:
                InState(suggested.Number, "be given a parameter", TrialState.Running)
                    .Add(suggested.Parameter, suggested.Value);
                break;
            case StepReported reported:
                OnReported(reported);
                break;
            case TrialPaused paused:
                OnPaused(paused);
                break;
            case TrialResumed resumed:
                InState(resumed.Number, "be resumed", TrialState.Paused).MoveTo(TrialState.Running);
                break;
            case TrialTold told:
                OnTold(told);
                break;
            default:
                throw new UnreachableException($"Unhandled event {@event.GetType().Name}.");
        }

        _log.Add(@event);
        if (@event is RangesChanged)
            _fitting = new FittingTrials(_options, this);
        else
            _fitting?.Add(@event, isOwn: true);
    }

    private void OnImported(TrialImported imported)
    {
        if (imported.Number != Imported)
            throw new ArgumentException(
                $"Trial {imported.Number} of a past study cannot be imported: the next number is {Imported}.");
        if (!Fit(imported.Values))
            throw new ArgumentException(
                $"A trial of the past study '{imported.Study}' has the values ({imported.Values}), and this study "
                + $"takes {OneEach}; leave it out.");
        Imported++;
    }

    private void OnBudget(BudgetChanged changed)
    {
        if (changed.Number != _trials.Count)
            throw new ArgumentException(
                $"The budget cannot change before trial {changed.Number}: the next number is {_trials.Count}.");
        Budget = changed.Budget;
    }

    private void OnRanges(RangesChanged changed)
    {
        if (changed.Number != _trials.Count)
            throw new ArgumentException(
                $"Ranges cannot change before trial {changed.Number}: the next number is {_trials.Count}.");
        if (Space is null)
            throw new InvalidOperationException(
                "The study has no fixed search space, so it has no ranges to change: its trials name them.");
        Space = Space.With(changed.Ranges);
    }

    private void OnForked(int number, TrialOrigin origin)
    {
        var donor = TrialAt(origin.Trial);
        if (origin.Step < 1 || origin.Step > donor.Steps)
            throw new ArgumentException(
                $"Trial {number} cannot go on from step {origin.Step} of trial {donor.Number}, "
                + $"which has {donor.Steps} steps behind it; fork it at a step from 1 to {donor.Steps}.");
    }

    private void OnReported(StepReported reported)
    {
        var trial = InState(reported.Number, "report", TrialState.Running);
        ArgumentOutOfRangeException.ThrowIfNegative(reported.Step);
        if (trial.LastStep >= reported.Step || trial.Origin?.Step >= reported.Step)
            throw new ArgumentException(
                $"Trial {trial.Number} reports step {reported.Step} after step {trial.Steps}; steps must rise.");
        if (!Fit(reported.Values))
            throw new ArgumentException(
                $"Trial {trial.Number} reports ({reported.Values}) at step {reported.Step}, and a report is "
                + $"{OneEach}: tell it Failed instead.");
        _steps += reported.Step - trial.Steps;
        trial.Add(new IntermediateValue(reported.Step, reported.Values));
    }

    private void OnPaused(TrialPaused paused)
    {
        var trial = InState(paused.Number, "be paused", TrialState.Running);
        if (paused.Step < (trial.LastStep ?? 0))
            throw new ArgumentException(
                $"Trial {trial.Number} cannot be paused at step {paused.Step}: it has reported step {trial.LastStep}.");
        trial.MoveTo(TrialState.Paused);
    }

    private void OnTold(TrialTold told)
    {
        var trial = InState(told.Number, "be told", TrialState.Running, TrialState.Paused, TrialState.Waiting);
        if (told.State is not (TrialState.Completed or TrialState.Pruned or TrialState.Failed or TrialState.Infeasible))
            throw new ArgumentException(
                $"Trial {trial.Number} cannot be told {told.State}: tell Completed, Pruned, Failed or Infeasible.");
        if (!Fit(told.Values) && (told.Values.Length > 0 || told.State == TrialState.Completed))
            throw new ArgumentException(
                $"Trial {trial.Number} is told {told.State} with the values ({told.Values}); a completed trial needs "
                + $"{OneEach}, any other that or none: tell it Failed instead.");
        if (!told.Constraints.IsFinite)
            throw new ArgumentException(
                $"Trial {trial.Number} is told the constraints ({told.Constraints}); they must be finite, and hold at "
                + "or below 0: tell it Infeasible without them instead.");
        if (told.Cost is { } cost && !(cost >= 0 && double.IsFinite(cost)))
            throw new ArgumentException(
                $"Trial {trial.Number} is told a cost of {cost}; it must be finite and not negative, or left out.");
        trial.End(told);
        _cost += told.Cost ?? 0;
        if (told.State == TrialState.Completed && trial.IsFeasible)
            Consider(trial);
        if (_defineByRun && told.State is TrialState.Completed or TrialState.Pruned)
            Share(trial.Suggested);
    }

    private string OneEach => Directions.Length == 1 ? "one finite value" : $"{Directions.Length} finite values";

    private bool Fit(ValueList values) => values.Length == Directions.Length && values.IsFinite;

    private void Consider(Trial trial)
    {
        if (Best is null || Beats(trial, Best))
            Best = trial;
        _front.Add(trial, Losses(trial.Values));
    }

    /// <summary>By the first objective, of equal ones by the next; of equal trials the older.</summary>
    private bool Beats(Trial trial, Trial best) =>
        Losses(trial.Values).AsSpan().SequenceCompareTo(Losses(best.Values)) is var order
        && (order < 0 || (order == 0 && trial.Number < best.Number));

    private void Share(IReadOnlyDictionary<string, Parameter>? suggested)
    {
        if (suggested is null)
            return;
        if (_shared is null)
            _shared = suggested.Values.ToDictionary(p => p.Name, p => new Parameter(p.Name, p.Distribution));
        else if (_shared.Values.Where(s => suggested.GetValueOrDefault(s.Name)?.Distribution != s.Distribution).ToList()
                 is { Count: > 0 } lost)
            lost.ForEach(parameter => _shared.Remove(parameter.Name));
        else
            return;
        _sharedSpace = null;
    }

    private Trial InState(int number, string verb, params ReadOnlySpan<TrialState> allowed)
    {
        var trial = TrialAt(number);
        return allowed.Contains(trial.State)
            ? trial
            : throw new InvalidOperationException(
                $"Trial {number} is {trial.State} and cannot {verb}; "
                + $"that takes one that is {string.Join(" or ", allowed.ToArray())}.");
    }
}
