using FsCheck.Xunit;
using TuneGraph.Search;

namespace TuneGraph.Tests.Search;

/// <summary>What every sampler owes to a study. A new sampler's test class inherits this.</summary>
public abstract class SamplerConformance
{
    /// <summary>A study over this space; the sampler may need few trials to leave its random start.</summary>
    protected abstract Sampler Make();

    /// <summary>Whether the seed matters.</summary>
    protected virtual bool UsesChance => true;

    [Property(MaxTest = 60)]
    public void Suggestions_fit_any_space_whatever_became_of_the_trials(int seed)
    {
        var random = SearchRandom.For((ulong)seed, 0, "fit");
        var space = RandomSpaces.Any(random);
        var study = Study(space, (ulong)seed);
        for (var k = 0; k < 40; k++)
        {
            if (study.Ask() is not { } trial)
                break;
            space.Validate(trial.Configuration);
            Assert.Equal(trial.Configuration, space.Coerce(trial.Configuration)); // canonical already
            Assert.Equal(
                space.Parameters.Select(p => p.Name).Where(trial.Configuration.Contains),
                trial.Configuration.Items.Select(i => i.Key));
            Live(study, trial.Number, random);
        }
    }

    [Property(MaxTest = 40)]
    public void Suggestions_keep_the_rules_of_the_space(int seed)
    {
        var random = SearchRandom.For((ulong)seed, 0, "rules");
        var space = RandomSpaces.WithRules(random);
        var study = Study(space, (ulong)seed);
        for (var k = 0; k < 25 && study.Ask() is { } trial; k++)
        {
            space.Validate(trial.Configuration); // the rules, too
            Live(study, trial.Number, random);
        }
    }

    [Fact]
    public void Rules_that_leave_next_to_nothing_are_kept_too()
    {
        // A simplex: by chance one draw in 10! = 3,628,800 lies in it.
        var names = Enumerable.Range(0, 10).Select(i => $"x{i}").ToList();
        var space = new SearchSpace(
            names.Select(name => new Parameter(name, new FloatDistribution(0, 1))),
            [$"{string.Join(" + ", names)} <= 1"]
        );
        var study = Study(space, 2);
        for (var k = 0; k < 25 && study.Ask() is { } trial; k++)
        {
            Assert.InRange(names.Sum(name => trial.Configuration[name].AsFloat()), 0, 1 + 1e-12);
            study.Tell(k, TrialState.Completed, trial.Configuration["x0"].AsFloat());
        }
    }

    [Fact]
    public void A_hundred_parameters_are_sampled_together()
    {
        var random = new SearchRandom(3);
        var space = new SearchSpace(
            Enumerable.Range(0, 100).Select(i => new Parameter($"p{i}", RandomSpaces.AnyDistribution(random)))
        );
        var study = Study(space, 5);
        for (var k = 0; k < 15 && study.Ask() is { } trial; k++)
        {
            space.Validate(trial.Configuration);
            study.Tell(k, TrialState.Completed, k % 7);
        }
    }

    [Theory]
    [InlineData("single float")]
    [InlineData("single log")]
    [InlineData("single int")]
    [InlineData("single choice")]
    [InlineData("huge int")]
    [InlineData("tiny log")]
    [InlineData("fine step")]
    [InlineData("constant")]
    [InlineData("single normal")]
    [InlineData("single multiple")]
    [InlineData("huge normal")]
    [InlineData("tiny beta")]
    public void Extreme_distributions_are_sampled_too(string which)
    {
        Distribution distribution = which switch
        {
            "single float" => new FloatDistribution(0.25, 0.25),
            "single log" => new FloatDistribution(1e-300, 1e-300, Log: true),
            "single int" => new IntDistribution(long.MaxValue - 1, long.MaxValue - 1),
            "single choice" => CategoricalDistribution.Of("only"),
            "huge int" => new IntDistribution(long.MinValue / 2, long.MaxValue / 2 - 1),
            "constant" => CategoricalDistribution.Of(3),
            "single normal" => new ShapedDistribution(new NormalShape(0, 1), 0.5, 0.5),
            "single multiple" => new ShapedDistribution(new NormalShape(0, 1e-3), quantum: 1, whole: true),
            "huge normal" => new ShapedDistribution(new NormalShape(1e300, 1e299)),
            "tiny beta" => new ShapedDistribution(new BetaShape(0.01, 0.01)),
            "tiny log" => new FloatDistribution(1e-300, 1e300, Log: true),
            _ => new FloatDistribution(-1, 1, Step: 1e-12),
        };
        var space = new SearchSpace([new("x", distribution), new("y", new FloatDistribution(0, 1))]);
        var study = Study(space, 1);
        for (var k = 0; k < 30 && study.Ask() is { } trial; k++)
        {
            Assert.True(distribution.Contains(trial.Configuration["x"]), $"{trial.Configuration}");
            study.Tell(trial.Number, TrialState.Completed, trial.Configuration["y"].AsFloat());
        }
    }

    [Fact]
    public void A_space_without_parameters_has_the_empty_configuration()
    {
        var study = Study(SearchSpace.Empty, 1);
        Assert.Equal(Configuration.Empty, study.Ask()!.Configuration);
    }

    [Property(MaxTest = 20)]
    public void The_same_seed_and_log_give_the_same_suggestions(int seed)
    {
        var (one, other) = (Run(seed, 25), Run(seed, 25));
        Assert.Equal(one.Log, other.Log);
    }

    [Fact]
    public void Another_seed_gives_other_suggestions()
    {
        var space = new SearchSpace([new("x", new FloatDistribution(0, 1)), new("y", new FloatDistribution(0, 1))]);
        var (one, other) = (Study(space, 1), Study(space, 2));
        for (var k = 0; k < 20; k++)
        {
            one.Tell(k, TrialState.Completed, one.Ask()!.Configuration["x"].AsFloat());
            other.Tell(k, TrialState.Completed, other.Ask()!.Configuration["x"].AsFloat());
        }

        // Not in each of them: both may come to try the same corner.
        var same = one.Trials.Zip(other.Trials, (a, b) => a.Configuration.Equals(b.Configuration)).Count(e => e);
        Assert.InRange(same, UsesChance ? 0 : 20, UsesChance ? 10 : 20);
    }

    [Property(MaxTest = 20)]
    public void A_study_restored_at_any_event_goes_on_as_the_original(int seed, int at)
    {
        var original = Run(seed, 20);
        var restored = TuneGraph.Search.Study.Restore(original.Options, original.Log);
        AssertGoOnAlike(original, restored);
        // And at any earlier event: what follows there is what had followed.
        var cut = (int)((uint)at % (uint)original.Log.Count);
        if (original.Log[cut] is TrialAsked asked)
        {
            var early = TuneGraph.Search.Study.Restore(original.Options, original.Log.Take(cut));
            Assert.Equal(asked.Configuration, early.Ask()!.Configuration);
        }
    }

    [Property(MaxTest = 20)]
    public void Maximising_is_minimising_the_negated(int seed)
    {
        var random = SearchRandom.For((ulong)seed, 2, "negate");
        var space = RandomSpaces.Any(random);
        var (low, high) = (Study(space, 9), Study(space, 9, Direction.Maximize));
        for (var k = 0; k < 30; k++)
        {
            var (a, b) = (low.Ask(), high.Ask());
            Assert.Equal(a?.Configuration, b?.Configuration);
            if (a is null)
                return;
            var value = random.NextDouble();
            low.Tell(k, TrialState.Completed, value);
            high.Tell(k, TrialState.Completed, -value);
        }
    }

    [Fact]
    public void Parallel_trials_get_different_suggestions()
    {
        var space = new SearchSpace(
            [new("x", new FloatDistribution(0, 1)), new("y", new FloatDistribution(1, 9, Log: true))]);
        var study = Study(space, 3);
        for (var k = 0; k < 15; k++)
            study.Tell(study.Ask()!.Number, TrialState.Completed, k);
        var asked = Enumerable.Range(0, 10).Select(_ => study.Ask()!.Configuration).ToList();
        Assert.Equal(asked.Count, asked.Distinct().Count());
    }

    [Fact]
    public void Failures_alone_do_not_stop_the_search()
    {
        var space = new SearchSpace(
            [new("x", new FloatDistribution(0, 1)), new("c", CategoricalDistribution.Of("a", "b"))]);
        foreach (var state in (TrialState[])[TrialState.Failed, TrialState.Infeasible, TrialState.Pruned])
        {
            var study = Study(space, 4);
            for (var k = 0; k < 10; k++)
                study.Tell(study.Ask()!.Number, state);
            Assert.NotNull(study.Ask());
        }
    }

    [Fact]
    public void Equal_values_everywhere_are_no_obstacle()
    {
        var space = new SearchSpace([new("x", new FloatDistribution(0, 1)), new("n", new IntDistribution(1, 3))]);
        var study = Study(space, 4);
        for (var k = 0; k < 15; k++)
            study.Tell(study.Ask()!.Number, TrialState.Completed, 1);
    }

    [Fact]
    public void The_largest_values_there_are_are_no_obstacle()
    {
        var study = Study(new([new("x", new FloatDistribution(0, 1)), new("y", new IntDistribution(0, 999))]), 4);
        for (var k = 0; k < 20; k++)
            study.Tell(study.Ask()!.Number, TrialState.Completed, k % 2 == 0 ? double.MaxValue : -double.MaxValue);
    }

    [Property(MaxTest = 20)]
    public void Several_objectives_and_constraints_are_served_or_refused(int seed)
    {
        var random = SearchRandom.For((ulong)seed, 4, "objectives");
        var objectives = Enumerable.Range(0, 1 + (int)random.NextInt64(4));
        var options = new StudyOptions
        {
            Space = RandomSpaces.Any(random),
            Sampler = Make(),
            Seed = (ulong)seed,
            Directions = [.. objectives.Select(_ => (Direction)random.NextInt64(2))],
        };
        if (options.Directions.Length > options.Sampler.MostObjectives)
        {
            Assert.Throws<ArgumentException>(() => new Study(options));
            return;
        }

        var study = new Study(options);
        for (var k = 0; k < 70 && study.Ask() is { } trial; k++)
        {
            options.Space!.Validate(trial.Configuration);
            Live(study, trial.Number, random);
        }

        AssertGoOnAlike(study, TuneGraph.Search.Study.Restore(options, study.Log));
    }

    protected Study Study(SearchSpace space, ulong seed, Direction direction = Direction.Minimize) =>
        new(new() { Space = space, Sampler = Make(), Seed = seed, Direction = direction });

    /// <summary>Asks and lives through trials of a random space.</summary>
    private Study Run(int seed, int trials)
    {
        var random = SearchRandom.For((ulong)seed, 1, "run");
        var study = Study(RandomSpaces.Any(random), (ulong)seed);
        for (var k = 0; k < trials && study.Ask() is { } trial; k++)
            Live(study, trial.Number, random);
        return study;
    }

    private static void AssertGoOnAlike(Study one, Study other)
    {
        Assert.Equal(one.Trials.Select(t => t.ToString()), other.Trials.Select(t => t.ToString()));
        Assert.Equal(one.Best?.Number, other.Best?.Number);
        for (var k = 0; k < 5; k++)
            Assert.Equal(one.Ask()?.Configuration, other.Ask()?.Configuration);
        Assert.Equal(one.Log, other.Log);
    }

    /// <summary>Some trials run on, some pause, the others end in one of the ways there are.</summary>
    private static void Live(Study study, int trial, SearchRandom random)
    {
        var steps = (int)random.NextInt64(3);
        for (var step = 1; step <= steps; step++)
            study.Report(trial, step, Values(study, random));
        switch (random.NextInt64(8))
        {
            case 0:
                break;
            case 1:
                study.Pause(trial, steps);
                break;
            case 2:
                study.Tell(trial, TrialState.Pruned);
                break;
            case 3:
                study.Tell(trial, random.NextInt64(2) == 0 ? TrialState.Failed : TrialState.Infeasible);
                break;
            case 4:
                ValueList constraints = [random.NextDouble() - 0.5, random.NextDouble() - 0.5];
                study.Tell(trial, TrialState.Completed, Values(study, random), null, constraints);
                break;
            default:
                study.Tell(trial, TrialState.Completed, Values(study, random));
                break;
        }
    }

    private static ValueList Values(Study study, SearchRandom random) =>
        [.. study.Options.Directions.Select(_ => random.NextDouble())];
}
