namespace TuneGraph.Search;

/// <summary>
/// A search in progress: proposes configurations, takes in what became of them, and decides which trials are stopped.
/// Everything that changes it is an event in its <see cref="Log"/>; from its options and its log an identical study can
/// be restored. Suggestion k is a function of the seed, of k and of the events logged before it, and of nothing else.
/// </summary>
/// <remarks>Not thread-safe: one loop owns a study. A verb that throws an exception leaves the study as it
/// was.</remarks>
public sealed class Study
{
    private const string AskStream = "ask";

    private readonly StudyHistory _history;

    /// <summary>A study without trials.</summary>
    /// <exception cref="ArgumentException">
    /// The sampler needs a search space, and there is none; or sampler or pruner cannot serve so many objectives.
    /// </exception>
    public Study(StudyOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Serve(options.Directions.Length, options.Sampler.MostObjectives, $"sampler '{options.Sampler.Name}'");
        Serve(options.Directions.Length, options.Pruner.MostObjectives, $"pruner '{options.Pruner.Name}'");
        if (options.Space is null && options.Sampler.NeedsSpace)
            throw new ArgumentException(
                $"The sampler '{options.Sampler.Name}' needs a search space, and the study is define-by-run; "
                + "set Space or take another sampler.",
                nameof(options));
        Options = options;
        _history = new(options);
    }

    /// <summary>What the study was made with.</summary>
    public StudyOptions Options { get; }

    /// <summary>All trials by number.</summary>
    public IReadOnlyList<Trial> Trials => _history.Trials;

    /// <summary>
    /// The completed and feasible trial with the best value, of equal ones the first; null before there is one. Of
    /// several objectives, the first one's best, of equal ones the second one's: one end of the <see cref="Front"/>.
    /// </summary>
    public Trial? Best => _history.Best;

    /// <summary>
    /// The completed and feasible trials that no other one dominates, by number: no trial is at least as good in every
    /// objective and better in one. With one objective, all trials of the best value.
    /// </summary>
    public IReadOnlyList<Trial> Front => _history.Front;

    /// <summary>
    /// The search space as it is now: that of <see cref="Options"/>, or what <see cref="ChangeRanges"/> has made of it;
    /// null in a define-by-run study.
    /// </summary>
    public SearchSpace? Space => _history.Space;

    /// <summary>
    /// The trials that samplers get to see: all, and once ranges were changed those that fit the space as it is, with
    /// numbers of their own.
    /// </summary>
    public IReadOnlyList<Trial> Fitting => _history.Seen.Trials;

    /// <summary>All events in order.</summary>
    public IReadOnlyList<StudyEvent> Log => _history.Log;

    /// <summary>The study as it was when the last of these events had been logged. The sampler is not called.</summary>
    /// <exception cref="ArgumentException">An event is impossible after those before it.</exception>
    public static Study Restore(StudyOptions options, IEnumerable<StudyEvent> events)
    {
        var study = new Study(options);
        study.Replay(events);
        return study;
    }

    /// <summary>
    /// Takes in events that were logged by a study of the same options, without calling the sampler, the pruner or
    /// <see cref="StudyOptions.OnEvent"/>. Trials that were running still are: go on with them, or tell them Failed.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// An event is impossible after those before it; those are taken in.
    /// </exception>
    public void Replay(IEnumerable<StudyEvent> events)
    {
        ArgumentNullException.ThrowIfNull(events);
        foreach (var @event in events)
        {
            try
            {
                _history.Apply(@event);
            }
            catch (Exception e) when (e is InvalidOperationException or ArgumentException or SearchSpaceException)
            {
                throw new ArgumentException(
                    $"Event {Log.Count} ({@event.GetType().Name}) does not fit the log before it: {e.Message}",
                    nameof(events), e);
            }
        }
    }

    /// <summary>
    /// The next trial, running; null when the sampler has nothing new to offer (a grid is exhausted).
    /// </summary>
    public Trial? Ask()
    {
        var number = _history.Number = Trials.Count;
        var random = SearchRandom.For(Options.Seed, number, AskStream);
        var seen = _history.Seen;
        (seen.Number, seen.Why) = (seen.Trials.Count, null);
        var proposal = RuledSuggestion.From(Options.Sampler, Space ?? _history.SharedSpace, seen, random);
        if (proposal is null)
            return null;
        Record(
            new TrialAsked(number, proposal.Configuration, Given: false, proposal.Origin) { Why = seen.Why });
        return Trials[number];
    }

    /// <summary>
    /// A trial with these values, running. In a define-by-run study they are handed out when they are asked for, and
    /// what was not given is suggested.
    /// </summary>
    /// <exception cref="SearchSpaceException">The configuration does not fit the search space.</exception>
    public Trial Enqueue(Configuration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var number = Trials.Count;
        Record(new TrialAsked(number, Space?.Coerce(configuration) ?? configuration, Given: true));
        return Trials[number];
    }

    /// <summary>
    /// A trial with these values, running, that goes on from another trial's state.
    /// </summary>
    /// <param name="donor">The number of the other trial.</param>
    /// <param name="step">The step at which its state was taken; from 1 to those it has behind it.</param>
    /// <param name="configuration">What the fork is run with.</param>
    /// <exception cref="ArgumentException">There is no such trial, or it has not come so far.</exception>
    /// <exception cref="SearchSpaceException">The configuration does not fit the search space.</exception>
    public Trial Fork(int donor, int step, Configuration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var number = Trials.Count;
        var coerced = Space?.Coerce(configuration) ?? configuration;
        Record(new TrialAsked(number, coerced, Given: true, new TrialOrigin(donor, step)));
        return Trials[number];
    }

    /// <summary>
    /// The value of one parameter in a trial. Asked again, the answer is the same. Where the space is fixed it is the
    /// configuration's; in a define-by-run study it is suggested now, unless it was laid down when the trial was asked:
    /// parameters that all finished trials had in common are chosen jointly, then.
    /// </summary>
    /// <exception cref="ArgumentException">The trial knows this name with another distribution.</exception>
    /// <exception cref="SearchSpaceException">The parameter is not in the space, or inactive, or was enqueued with a
    /// value that is not in its distribution.</exception>
    /// <exception cref="InvalidOperationException">The trial is not running.</exception>
    public ParameterValue Suggest(int trial, Parameter parameter)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        var asking = _history.TrialAt(trial);
        var known = asking.Suggested is { } suggested
            ? suggested.GetValueOrDefault(parameter.Name)
            : Space![parameter.Name];
        if (known is not null && Options.Space?[parameter.Name].Distribution == parameter.Distribution)
            known = Options.Space[parameter.Name]; // a function goes on asking as it was written
        if (known is not null)
            return Known(asking, known, parameter);
        var value = Laid(asking, parameter) ?? Individually(asking, parameter);
        Record(new ParameterSuggested(trial, parameter, value));
        return value;
    }

    /// <summary>
    /// Makes a trial of a past study known, for samplers that learn from such (<see cref="TransferSampler"/>). Its
    /// space may be another one.
    /// </summary>
    /// <param name="study">The past study's name.</param>
    /// <param name="configuration">What the trial was run with.</param>
    /// <param name="values">What it measured: each objective, finite, in the directions of this study.</param>
    /// <exception cref="ArgumentException">There is not one finite value for each objective.</exception>
    public void Import(string study, Configuration configuration, ValueList values)
    {
        ArgumentException.ThrowIfNullOrEmpty(study);
        ArgumentNullException.ThrowIfNull(configuration);
        Record(new TrialImported(_history.Imported, study, configuration, values));
    }

    /// <summary>What the study may spend in all: what it was made with, or was changed to since.</summary>
    public StudyBudget Budget => _history.Budget;

    /// <summary>
    /// Lets the study spend more or less from here on. What samplers make of it is logged with the change, so that it
    /// is repeated with it.
    /// </summary>
    /// <param name="budget">What it may spend in all, what is spent already included.</param>
    public void ChangeBudget(StudyBudget budget)
    {
        ArgumentNullException.ThrowIfNull(budget);
        Record(new BudgetChanged(Trials.Count, budget));
    }

    /// <summary>
    /// Gives parameters other ranges from here on: wider, narrower or shifted ends, other choices. Trials stay what
    /// they are, and pruners and <see cref="Best"/> go on comparing all of them; samplers see those that fit the new
    /// ranges, as if they had been enqueued. Running and paused trials outside go on: end them if they are not to.
    /// </summary>
    /// <param name="ranges">The parameters with their new values; their conditions are not looked at.</param>
    /// <exception cref="SearchSpaceException">
    /// A parameter is not in the space or would become another one (scale, step, shape or kind), or a condition or rule
    /// could not hold any more.
    /// </exception>
    /// <exception cref="InvalidOperationException">
    /// The study is define-by-run, or its sampler forks trials, whose configurations go on from others.
    /// </exception>
    public void ChangeRanges(params IEnumerable<Parameter> ranges)
    {
        ArgumentNullException.ThrowIfNull(ranges);
        if (Options.Sampler.Forks)
            throw new InvalidOperationException(
                $"The sampler '{Options.Sampler.Name}' goes on from the configurations of other trials, so its ranges "
                + "stay as they are; begin another study.");
        Record(new RangesChanged(
            Trials.Count, [.. ranges.Select(range => new Parameter(range.Name, range.Distribution))]));
    }

    /// <summary>Takes in intermediate values, and says what the trial is to do.</summary>
    /// <param name="trial">The trial's number; it must be running.</param>
    /// <param name="step">The step, at least 0 and above the last one reported.</param>
    /// <param name="values">
    /// The objective, finite; of several objectives all, in the order of <see cref="StudyOptions.Directions"/>.
    /// </param>
    /// <exception cref="ArgumentException">
    /// The step does not rise, or there is not one finite value for each objective: tell the trial Failed, then.
    /// </exception>
    /// <exception cref="InvalidOperationException">The trial is not running.</exception>
    public PruneDecision Report(int trial, int step, ValueList values)
    {
        Record(new StepReported(trial, step, values));
        _history.Number = trial;
        return Options.Pruner.Decide(_history, Trials[trial], step);
    }

    /// <summary>
    /// The number of a paused trial that has earned its next rung, and runs from now on; null where there is none. Ask
    /// for this first and for a new trial second (Li et al. 2020, Algorithm 2).
    /// </summary>
    public int? Promote()
    {
        _history.Number = Trials.Count;
        if (Options.Pruner.Promote(_history) is not { } trial)
            return null;
        Record(new TrialResumed(trial));
        return trial;
    }

    /// <summary>Pauses a running trial; its checkpoint stands at this step, the last reported or a later one.</summary>
    /// <exception cref="InvalidOperationException">The trial is not running.</exception>
    /// <exception cref="ArgumentException">The trial has reported a later step.</exception>
    public void Pause(int trial, int step) => Record(new TrialPaused(trial, step));

    /// <summary>Lets a paused trial run on, whatever the pruner thinks.</summary>
    /// <exception cref="InvalidOperationException">The trial is not paused.</exception>
    public void Resume(int trial) => Record(new TrialResumed(trial));

    /// <summary>Ends a trial.</summary>
    /// <param name="trial">The trial's number; it must not have ended.</param>
    /// <param name="state">One of the terminal states.</param>
    /// <param name="values">
    /// The final value, finite; of several objectives all, in the order of <see cref="StudyOptions.Directions"/>. Null
    /// or empty where a trial that has not completed measured nothing.
    /// </param>
    /// <param name="reason">Why, for people.</param>
    /// <param name="constraints">
    /// How far the trial is from breaking each constraint, finite: it holds at or below 0. Only trials that keep all of
    /// them can be the best.
    /// </param>
    /// <param name="cost">What the trial cost in all, not negative; null where that is unknown.</param>
    /// <exception cref="ArgumentException">The state is not terminal, or the values do not go with it.</exception>
    /// <exception cref="InvalidOperationException">The trial has ended before.</exception>
    public void Tell(
        int trial,
        TrialState state,
        ValueList values = default,
        string? reason = null,
        ValueList constraints = default,
        double? cost = null
    ) => Record(new TrialTold(trial, state, values, reason, constraints) { Cost = cost });

    /// <summary>
    /// The step at which the segment that starts after <paramref name="step"/> must end, so that the pruner can pause
    /// the trial there; null for the trial's end.
    /// </summary>
    public int? NextRung(int step) => Options.Pruner.NextRung(step, Options.MaxResource);

    private static void Serve(int objectives, int most, string who)
    {
        if (objectives > most)
            throw new ArgumentException(
                $"The {who} serves {most} objective{(most == 1 ? "" : "s")}, and the study has {objectives}; "
                + "take one that serves more, or fewer objectives.");
    }

    private static ParameterValue Known(Trial trial, Parameter known, Parameter parameter)
    {
        if (known.Distribution != parameter.Distribution)
            throw new ArgumentException(
                $"Trial {trial.Number} knows '{parameter.Name}' as {known.Distribution} "
                + $"and is asked for {parameter.Distribution}; use one name for one distribution.", nameof(parameter));
        return trial.Configuration.TryGet(parameter.Name, out var value)
            ? value
            : throw new SearchSpaceException(
                parameter.Name,
                $"'{parameter.Name}' is inactive in trial {trial.Number}: it takes part only when {known.When}.");
    }

    /// <summary>What was laid down for the parameter when the trial was asked.</summary>
    private static ParameterValue? Laid(Trial trial, Parameter parameter)
    {
        if (!trial.Proposal.TryGet(parameter.Name, out var value))
            return null;
        if (parameter.Distribution.Contains(value))
            return parameter.Distribution.Coerce(value);
        return trial.Given
            ? throw new SearchSpaceException(
                parameter.Name,
                $"Trial {trial.Number} was enqueued with '{parameter.Name}' = {value}, "
                + $"which is not one of: {parameter.Distribution}.")
            : null;
    }

    private ParameterValue Individually(Trial trial, Parameter parameter)
    {
        _history.Number = trial.Number;
        var space = new SearchSpace([new Parameter(parameter.Name, parameter.Distribution)]);
        var random = SearchRandom.For(Options.Seed, trial.Number, $"parameter {parameter.Name}");
        return Options.Sampler.Suggest(space, _history, random)?[parameter.Name]
            ?? throw new InvalidOperationException(
                $"The sampler '{Options.Sampler.Name}' has no value for '{parameter.Name}'; "
                + "it cannot serve define-by-run studies.");
    }

    private void Record(StudyEvent @event)
    {
        _history.Apply(@event);
        Options.OnEvent?.Invoke(@event);
    }
}
