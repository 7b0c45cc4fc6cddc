using TuneGraph.Search;

namespace TuneGraph.Tests.Sweeps.Store;

/// <summary>
/// What every store promises. <see cref="Reopened"/> lets go of the store and opens it again, where that means
/// something.
/// </summary>
public abstract class StudyStoreConformance : IDisposable
{
    protected static readonly StudyDefinition Definition = new(
        "digits",
        "val_accuracy",
        Direction.Maximize,
        "tpe",
        "asha",
        ulong.MaxValue,
        50,
        "kind: Sweep\n",
        false,
        "abc123"
    );

    private StudyStore? _store;

    protected abstract StudyStore Open();

    protected StudyStore Store => _store ??= Open();

    protected virtual StudyStore Reopened()
    {
        _store?.Dispose();
        return _store = Open();
    }

    public void Dispose()
    {
        _store?.Dispose();
        Clean();
        GC.SuppressFinalize(this);
    }

    protected virtual void Clean() { }

    [Fact]
    public void A_new_store_knows_no_study()
    {
        Assert.Empty(Store.List());
        Assert.Null(Store.Load("digits"));
    }

    [Fact]
    public void A_created_study_is_running_and_has_itsDefinition()
    {
        Store.Create(Definition);

        var study = Reopened().Load("digits")!;

        Assert.Equal(Definition, study.Definition);
        Assert.Equal(StudyState.Running, study.State);
        Assert.Empty(study.Log);
        Assert.Equal(["digits"], Store.List());
    }

    [Fact]
    public void The_objectives_of_a_study_are_kept_with_their_directions()
    {
        ObjectiveSpec[] more = [new("latency in ms", Direction.Minimize), new("size", Direction.Maximize)];
        Store.Create(Definition with { MoreObjectives = [.. more] });

        var definition = Reopened().Load("digits")!.Definition;

        Assert.Equal([new ObjectiveSpec("val_accuracy", Direction.Maximize), .. more], definition.Objectives);
    }

    [Fact]
    public void The_parameters_of_a_study_are_kept()
    {
        Store.Create(Definition with { Parameters = [.. Declared] });

        Assert.Equal(Declared, Reopened().Load("digits")!.Definition.Parameters);
    }

    [Fact]
    public void A_second_study_of_the_same_name_is_refused()
    {
        Store.Create(Definition);

        var error = Assert.Throws<StoreException>(() => Store.Create(Definition));

        Assert.Contains("'digits' exists already", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Changes_of_an_unknown_study_are_refused() =>
        Assert.Throws<StoreException>(() => Store.Commit("nobody", [new StudyStateChanged(StudyState.Finished)]));

    private static IEnumerable<Parameter> Declared { get; } =
    [
        new("size", new CategoricalDistribution(["s", "m", "l"], Ordered: true)),
        new("odds", new CategoricalDistribution([1, 2, 3], Weights: [0.1, 0.3, 0.3])),
        new("normal", new ShapedDistribution(new NormalShape(0.1, 3), null, 4)),
        new("units", new ShapedDistribution(new LogNormalShape(3, 1), quantum: 8, whole: true)),
        new("share", new ShapedDistribution(new BetaShape(2, 5))),
        new("tens", new ShapedDistribution(new UniformShape(), 0, 100, 10)),
        new("scale", new ShapedDistribution(new LogUniformShape(), 1, 100, 1)),
    ];

    [Fact]
    public void Whoever_goes_on_after_a_changed_budget_writes_behind_it()
    {
        var changed = new BudgetChanged(1, new StudyBudget { Trials = 2 });
        StudyEvent[] events = [new TrialAsked(0, Configuration.Empty), changed, new TrialAsked(1, Configuration.Empty)];
        Store.Create(Definition);
        foreach (var @event in events)
            Reopened().Commit("digits", [new EventLogged(@event)]);

        Assert.Equal(events, Reopened().Load("digits")!.Log.Select(item => item.Event));
    }

    [Fact]
    public void What_trials_took_over_comes_back_with_the_time_that_it_took_the_first_time()
    {
        Store.Create(Definition);
        Store.Commit(
            "digits",
            [
                new AttemptStarted("train-a", 1, 0, "w", 2),
                new AttemptEnded("train-a", 1, AttemptState.Succeeded, null),
                new SegmentShared(new StoredShare("train-a", 2, 3, 6)),
                new SegmentShared(new StoredShare("train-a", 1, 6, 6)),
            ]);
        Store.Commit("digits", [new SegmentShared(new StoredShare("train-a", 2, 4, 6))]);

        var study = Reopened().Load("digits")!;

        Assert.Equal([new StoredShare("train-a", 1, 6, 6), new StoredShare("train-a", 2, 4, 6)], study.Shared);
        Assert.Equal(10, study.SharedSteps);
        var took = study.Attempts[0].EndedAt!.Value - study.Attempts[0].StartedAt;
        Assert.Equal((2 * took) + (2 * took * 4 / 6), study.SavedTime);
    }

    [Fact]
    public void A_fork_comes_back_with_its_origin()
    {
        Store.Create(Definition);
        StudyEvent[] log =
        [
            new TrialAsked(0, Configuration.Of(("lr", 0.1))),
            new StepReported(0, 4, 0.5),
            new TrialAsked(1, Configuration.Of(("lr", 0.2)), false, new TrialOrigin(0, 4)),
            new TrialAsked(2, Configuration.Of(("lr", 0.3))),
        ];
        Store.Commit("digits", [.. log.Select(item => new EventLogged(item))]);

        var study = Reopened().Load("digits")!;

        Assert.Equal(log, study.Log.Select(item => item.Event));
        Assert.Equal([4, 4, 0], TrialSummary.From(study).Select(trial => trial.Steps));
    }

    [Fact]
    public void The_log_comes_back_in_its_order_with_every_detail()
    {
        var asked = Configuration.Of(
            ("lr", 0.1 + 0.2),
            ("layers", 3),
            ("optimizer", "it's \"adam\""),
            ("nesterov", true)
        );
        var declared = new Parameter("momentum", new FloatDistribution(0.5, 0.99));
        var stepped = new Parameter("width", new IntDistribution(32, 512, Log: true));
        var chosen = new Parameter("kind", new CategoricalDistribution([1L, "one", false]));
        StudyEvent[] events =
        [
            new TrialImported(0, "runs/old", asked, [0.1 + 0.2]),
            new TrialImported(1, "runs/old", Configuration.Empty, [1, double.Epsilon]),
            new TrialAsked(0, asked) { Why = "by chance" },
            new StepReported(0, 1, 1.0 / 3),
            new BudgetChanged(1, new StudyBudget { Trials = 9, Steps = 1L << 40, Cost = 0.1 + 0.2 }),
            new RangesChanged(1, [declared, stepped, chosen, .. Declared]),
            new TrialAsked(1, Configuration.Empty, Given: true),
            new ParameterSuggested(1, declared, 0.75),
            new ParameterSuggested(1, stepped, 64),
            new StepReported(0, 3, double.Epsilon),
            new ParameterSuggested(1, chosen, "one"),
            .. Declared.Select(parameter => new ParameterSuggested(1, parameter, parameter.Distribution.Decode(0.4))),
            new TrialPaused(0, 3),
            new TrialTold(1, TrialState.Failed, null, "InvalidOperationException: no"),
            new TrialResumed(0),
            new TrialTold(0, TrialState.Completed, -0.25, null) { Cost = 0.1 + 0.2 },
        ];
        Store.Create(Definition);
        foreach (var @event in events)
            Store.Commit("digits", [new EventLogged(@event)]);

        var log = Reopened().Load("digits")!.Log;

        Assert.Equal(events, log.Select(item => item.Event));
        for (var known = 0; known <= events.Length; known++)
            Assert.Equal(events[known..], Store.Load("digits", known)!.Log.Select(item => item.Event));
    }

    [Fact]
    public void Several_objectives_and_constraints_come_back_bit_for_bit()
    {
        StudyEvent[] events =
        [
            new TrialAsked(0, Configuration.Empty),
            new StepReported(0, 1, [1.0 / 3, -0.1 - 0.2, 5]),
            new StepReported(0, 2, [0.25, double.Epsilon, double.MaxValue]),
            new TrialAsked(1, Configuration.Empty),
            new TrialTold(1, TrialState.Infeasible, default, "too large", [0.1 + 0.2]),
            new TrialTold(0, TrialState.Completed, [0.25, 1e-300, 4], null, [-1, 0, 2.5]),
            new TrialAsked(2, Configuration.Empty),
            new TrialTold(2, TrialState.Completed, [1, 2, 3], null),
        ];
        Store.Create(Definition);
        foreach (var @event in events)
            Store.Commit("digits", [new EventLogged(@event)]);

        var study = Reopened().Load("digits")!;

        Assert.Equal(events, study.Log.Select(item => item.Event));
        for (var known = 0; known <= events.Length; known++)
            Assert.Equal(events[known..], Store.Load("digits", known)!.Log.Select(item => item.Event));
        var trials = TrialSummary.From(study);
        Assert.Equal([0.25, 1e-300, 4], trials[0].Values);
        Assert.Equal([-1, 0, 2.5], trials[0].Constraints);
        Assert.Equal([false, false, true], trials.Select(trial => trial.IsFeasible));
        Assert.Equal(2, TrialSummary.Best(trials, Direction.Minimize)!.Number);
    }

    [Fact]
    public void A_proposal_and_what_the_trial_made_of_it_are_kept_apart()
    {
        var x = new Parameter("x", new FloatDistribution(0, 1));
        StudyEvent[] events =
        [
            new TrialAsked(0, Configuration.Of(("x", 0.25), ("never", 1), ("y", 0.5))),
            new ParameterSuggested(0, new Parameter("y", new FloatDistribution(2, 3)), 2.5),
            new ParameterSuggested(0, x, 0.25),
        ];
        Store.Create(Definition with { DefineByRun = true });
        foreach (var @event in events)
            Store.Commit("digits", [new EventLogged(@event)]);

        var study = Reopened().Load("digits")!;

        Assert.Equal(events, study.Log.Select(item => item.Event));
        Assert.Equal(Configuration.Of(("y", 2.5), ("x", 0.25)), TrialSummary.From(study)[0].Configuration);
    }

    [Fact]
    public void A_log_goes_on_where_an_earlier_process_left_it()
    {
        Store.Create(Definition);
        Store.Commit(
            "digits",
            [new EventLogged(new TrialAsked(0, Configuration.Empty)), new EventLogged(new StepReported(0, 1, 2))]
        );

        Reopened().Commit("digits", [new EventLogged(new StepReported(0, 2, 1))]);

        Assert.Equal(
            [0, 1, 2],
            Reopened().Load("digits")!.Log.Select(item => item.Event is StepReported step ? step.Step : 0)
        );
    }

    [Fact]
    public void Everything_measured_at_a_step_is_kept()
    {
        var metrics = new StepMetrics(0.5, 0.25, 0.125, 1e9)
        {
            ValidationF1 = 0.75,
            ValidationRocAuc = 1.0 / 3,
            ValidationAveragePrecision = 0.1,
            ValidationRmse = 7,
            ValidationMae = 1e-300,
            ValidationR2 = -2,
            Measures = [new("step ms", 1.0 / 3), new("gap", double.NaN)],
            Notes = ["chosen data, 2 ranks", "from now on with local steps"],
            Times = new StepTimes(1.0 / 3, 0, 1e-9) { SentBytes = 1L << 40, RankSeconds = [0.5, 0.1 + 0.2] },
        };
        Store.Create(Definition);
        Store.Commit("digits", [new EventLogged(new TrialAsked(0, Configuration.Empty))]);
        Store.Commit("digits", [new EventLogged(new StepReported(0, 1, 0.125), metrics)]);

        Assert.Equal(metrics, Reopened().Load("digits")!.Log[^1].Metrics);
    }

    [Fact]
    public void Tasks_attempts_and_checkpoints_are_kept_as_they_stand()
    {
        Store.Create(Definition);
        Store.Commit("digits", [new TaskChanged(new StoredTask("train-1", "train", 7, "Running"))]);
        Store.Commit(
            "digits",
            [new AttemptStarted("train-1", 1, 7, "host:1", 2), new CheckpointSaved(new("train-1", 1, "a"))]
        );
        Store.Commit("digits", [new AttemptEnded("train-1", 1, AttemptState.Lost, "its process ended")]);
        Store.Commit(
            "digits",
            [new AttemptStarted("train-1", 2, 7, "host:2", 2), new CheckpointSaved(new("train-1", 2, "b"))]
        );
        Store.Commit("digits", [new TaskChanged(new StoredTask("train-1", "train", 7, "Succeeded"))]);

        var study = Reopened().Load("digits")!;

        Assert.Equal([new StoredTask("train-1", "train", 7, "Succeeded")], study.Tasks);
        Assert.Equal([new StoredCheckpoint("train-1", 2, "b")], study.Checkpoints);
        Assert.Equal(
            [(1, AttemptState.Lost, "its process ended", "host:1"), (2, AttemptState.Running, null, "host:2")],
            study.Attempts.Select(attempt => (attempt.Number, attempt.State, attempt.Reason, attempt.Worker))
        );
        Assert.NotNull(study.Attempts[0].EndedAt);
        Assert.Null(study.Attempts[1].EndedAt);
    }

    [Fact]
    public void The_state_of_a_study_and_its_reason_are_kept()
    {
        Store.Create(Definition);
        Store.Commit("digits", [new StudyStateChanged(StudyState.Interrupted, "stopped by the user")]);

        var study = Reopened().Load("digits")!;

        Assert.Equal((StudyState.Interrupted, "stopped by the user"), (study.State, study.Reason));
    }

    [Fact]
    public void Studies_of_one_store_do_not_mix()
    {
        Store.Create(Definition);
        Store.Create(Definition with { Name = "wine" });
        Store.Commit("wine", [new EventLogged(new TrialAsked(0, Configuration.Of(("a", 1))))]);

        Assert.Empty(Reopened().Load("digits")!.Log);
        Assert.Single(Store.Load("wine")!.Log);
        Assert.Equal(["digits", "wine"], Store.List());
    }
    [Fact]
    public void While_a_claim_holds_nobody_else_gets_one()
    {
        Store.Create(Definition);

        var first = Store.Claim("digits", "a:1", TimeSpan.FromHours(1));

        Assert.Equal(("digits", "a:1"), (first!.Study, first.Owner));
        Assert.Null(Reopened().Claim("digits", "b:2", TimeSpan.FromHours(1)));
        Assert.True(Store.Renew(first, TimeSpan.FromHours(1)));
    }

    [Fact]
    public void A_claim_that_is_let_go_of_or_has_ended_can_be_taken_over()
    {
        Store.Create(Definition);
        var first = Store.Claim("digits", "a:1", TimeSpan.FromHours(1))!;
        Assert.True(Store.Renew(first, TimeSpan.Zero));

        var second = Reopened().Claim("digits", "b:2", TimeSpan.Zero)!;
        var third = Store.Claim("digits", "c:3", TimeSpan.FromHours(1))!;

        Assert.True(first.Token < second.Token && second.Token < third.Token);
        Assert.False(Store.Renew(first, TimeSpan.FromHours(1)));
        Assert.False(Store.Renew(second, TimeSpan.FromHours(1)));
        Assert.True(Store.Renew(third, TimeSpan.FromHours(1)));
    }

    [Fact]
    public void A_study_that_is_not_there_cannot_be_claimed() =>
        Assert.Throws<StoreException>(() => Store.Claim("nobody", "a:1", TimeSpan.FromHours(1)));

    [Fact]
    public void Answers_to_calls_are_kept_until_they_are_forgotten()
    {
        Store.Create(Definition);
        Store.Commit("digits", [new CallAnswered("a", "1"), new CallAnswered("b", "2")]);
        Assert.Equal(["a", "b"], Reopened().Answers("digits").Keys.Order());

        Store.Commit("digits", [new AnswersForgotten(DateTimeOffset.UnixEpoch)]);
        Assert.Equal("2", Store.Answers("digits")["b"]);
        Store.Commit("digits", [new AnswersForgotten(DateTimeOffset.MaxValue)]);
        Assert.Empty(Store.Answers("digits"));
    }

    [Fact]
    public void Whoever_has_claimed_a_study_can_write_it()
    {
        Store.Create(Definition);
        _ = Store.Claim("digits", "a:1", TimeSpan.Zero);
        Store.Commit("digits", [new EventLogged(new TrialAsked(0, Configuration.Empty))]);
        _ = Reopened().Claim("digits", "b:2", TimeSpan.FromHours(1));
        Store.Commit("digits", [new EventLogged(new TrialTold(0, TrialState.Pruned, 1, "why"))]);

        Assert.Equal(2, Reopened().Load("digits")!.Log.Length);
    }
}
