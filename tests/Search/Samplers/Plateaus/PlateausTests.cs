using TuneGraph.Search;

namespace TuneGraph.Tests.Search;

public sealed class PlateausTests
{
    private static readonly SearchSpace _square =
        new([new("x", new FloatDistribution(0, 1)), new("y", new FloatDistribution(0, 1))]);

    /// <summary>
    /// 400 pairs with gaps drawn from 0 to 0.5, of which those tie that fall on one step of a grid with lines 0.2
    /// apart, at a place drawn anew for each pair.
    /// </summary>
    [Fact]
    public void The_likeliest_width_is_that_of_the_steps()
    {
        var widths = new PlateauLikelihood(OnSteps(400)).Fit([1], shrinks: false, out var gain);
        Assert.Equal([0.2], widths);
        Assert.True(gain > 50, $"{gain}");
    }

    [Fact]
    public void Ties_on_losses_that_places_far_apart_share_do_not_widen_the_steps()
    {
        var random = new SearchRandom(3);
        var gaps = Enumerable.Range(0, 400).Select(_ => 0.5 * random.NextDouble()).ToList();
        List<PlateauPair> With(double chance) =>
            [.. OnSteps(400), .. gaps.Select(gap => new PlateauPair([gap], true, chance))];
        Assert.Equal([0.2], new PlateauLikelihood(With(0.95)).Fit([1], shrinks: false, out var gain));
        Assert.True(gain > 50, $"{gain}");
        Assert.True(new PlateauLikelihood(With(0)).Fit([1], shrinks: false, out _)[0] > 0.2);
    }

    [Fact]
    public void A_step_on_which_a_trial_was_is_known_and_others_are_not()
    {
        var plateaus = Seen(60, (x, y) => Math.Sin(1 + Math.Floor(5 * x)) + Math.Floor(5 * y))!;
        var (same, other) = (new List<double>(), new List<double>());
        foreach (var trial in Trials(60))
        {
            var (x, y) = ((Math.Floor(5 * trial.X) + 0.5) / 5, (Math.Floor(5 * trial.Y) + 0.5) / 5);
            same.Add(plateaus.Chance([x, y]));
        }

        var seen = Trials(60).Select(t => (Math.Floor(5 * t.X), Math.Floor(5 * t.Y))).ToHashSet();
        foreach (var cell in Enumerable.Range(0, 25).Select(c => ((double)(c / 5), (double)(c % 5))))
        {
            if (!seen.Contains(cell))
                other.Add(plateaus.Chance([(cell.Item1 + 0.5) / 5, (cell.Item2 + 0.5) / 5]));
        }

        Assert.InRange(same.Average(), 0.5, 1);
        Assert.All(other, chance => Assert.InRange(chance, 0, same.Average()));
        Assert.All(Trials(60), trial => Assert.Equal(1, plateaus.Chance([trial.X, trial.Y])));
    }

    [Fact]
    public void A_parameter_without_effect_makes_plateaus_along_its_axis()
    {
        var plateaus = Seen(40, (x, _) => Math.Floor(10 * x))!;
        Assert.All(Trials(40), trial => Assert.InRange(plateaus.Chance([trial.X, 0.5]), 0.6, 1));
    }

    [Fact]
    public void A_smooth_objective_has_none_and_a_few_ties_by_chance_make_none()
    {
        Assert.Null(Seen(60, (x, y) => x + y));
        var random = new SearchRandom(2);
        Assert.Null(Seen(60, (_, _) => Math.Floor(40 * random.NextDouble())));
    }

    [Fact]
    public void The_slopes_are_those_of_the_logarithm_of_the_chance()
    {
        const double Step = 1e-6;
        var plateaus = Seen(60, (x, y) => Math.Sin(1 + Math.Floor(5 * x)) + Math.Floor(5 * y))!;
        var slopes = new double[2];
        var checkedSlopes = 0;
        foreach (var (x, y) in Trials(200))
        {
            var chance = plateaus.Chance([x, y], slopes);
            if (chance is < 0.05 or > 0.95)
                continue;
            var right = (Math.Log(plateaus.Chance([x + Step, y])) - Math.Log(chance)) / Step;
            var left = (Math.Log(chance) - Math.Log(plateaus.Chance([x - Step, y]))) / Step;
            if (Math.Abs(right - left) > 1e-2)
                continue; // a kink, where another box is the nearest
            Assert.Equal(slopes[0], right, 1e-2);
            checkedSlopes++;
        }

        Assert.InRange(checkedSlopes, 5, 200);
    }

    private static List<PlateauPair> OnSteps(int count)
    {
        var random = new SearchRandom(1);
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            var (gap, start) = (0.5 * random.NextDouble(), 0.2 * random.NextDouble());
            return new PlateauPair([gap], start + gap < 0.2, 0);
        })];
    }

    private static List<(double X, double Y)> Trials(int count)
    {
        var random = new SearchRandom(4);
        return [.. Enumerable.Range(0, count).Select(_ => (random.NextDouble(), random.NextDouble()))];
    }

    private static Plateaus? Seen(int trials, Func<double, double, double> objective)
    {
        var sampler = new Looking();
        var study = new Study(new() { Space = _square, Sampler = sampler });
        foreach (var (x, y) in Trials(trials))
        {
            var trial = study.Enqueue(Configuration.Of(("x", x), ("y", y)));
            study.Tell(trial.Number, TrialState.Completed, objective(x, y));
        }

        study.Ask();
        return sampler.Found;
    }

    /// <summary>Looks at the history, and proposes what is not looked at.</summary>
    private sealed class Looking : Sampler
    {
        public Plateaus? Found { get; private set; }

        public override string Name => "looking";

        public override Configuration Suggest(SearchSpace space, StudyHistory history, SearchRandom random)
        {
            Found = Plateaus.Of(new(space), GpObservations.Of(space, history, 500));
            return space.Draw(random);
        }
    }
}
