using TuneGraph.Search;

namespace TuneGraph.Tests.Search;

public sealed class LogCostTests
{
    private static readonly SearchSpace _space = new(
        [new("x", new FloatDistribution(0, 1)), new("y", new FloatDistribution(0, 1))]);

    [Fact]
    public void It_is_minus_the_logarithm_of_the_cost_times_what_is_left_of_the_budget()
    {
        var (model, whole) = (Model(0.25), Model(null));
        foreach (var x in (double[])[0.1, 0.5, 0.9])
        {
            double[] codes = [x, 0.3];
            var (values, wholes) = (new double[1], new double[1]);
            model!.Add([codes], values);
            whole!.Add([codes], wholes);
            Assert.Equal(wholes[0] * 0.75, values[0], 1e-12);
            Assert.Equal(CostAt(x), model.At(codes), 0.05 * CostAt(x));
        }
    }

    [Fact]
    public void The_derivatives_are_those_of_finite_differences()
    {
        const double Step = 1e-6;
        var (model, slopes, ends) = (Model(0.5)!, new double[2], new double[2]);
        model.AddSlopes([0.4, 0.6], slopes);
        model.Add([[0.4 + Step, 0.6], [0.4 - Step, 0.6]], ends);
        Assert.Equal((ends[0] - ends[1]) / (2 * Step), slopes[0], 1e-4);
    }

    [Fact]
    public void Two_costs_are_no_model() =>
        Assert.Null(LogCost.Of(new(_space), Seen(Study(2)), new(), new(), null));

    /// <summary>
    /// The same minimum stands at both ends, and trials cost a hundred times more at one of them: with costs in view
    /// the other is looked at first, and the whole budget buys more trials.
    /// </summary>
    [Fact]
    public void Of_two_equal_minima_the_cheap_one_is_looked_at()
    {
        var (blindly, aware) = (0, 0);
        for (var seed = 0UL; seed < 20; seed++)
        {
            var study = Spend(GpAcquisition.ImprovementPerCost, seed);
            Assert.InRange(study.Best!.Value!.Value, 0, 0.01);
            Assert.Contains("at a cost of about", study.Trials[^1].Why, StringComparison.Ordinal);
            aware += study.Trials.Count;
            blindly += Spend(GpAcquisition.Improvement, seed).Trials.Count;
        }

        Assert.True(aware > 1.1 * blindly, $"{aware} trials, {blindly} without a look at the costs");
    }

    private static double CostAt(double x) => Math.Pow(10, 2 * x);

    private static Study Spend(GpAcquisition acquisition, ulong seed)
    {
        var study = new Study(new()
        {
            Space = _space,
            Sampler = new GpSampler(new() { Acquisition = acquisition, Candidates = 200, StartupTrials = 5 }),
            Budget = new() { Cost = 800 },
            Seed = seed,
        });
        for (var spent = 0.0; spent < 800 && study.Trials.Count < 60;)
        {
            var at = study.Ask()!;
            var x = at.Configuration["x"].AsFloat();
            var loss = Math.Pow(x - 0.2, 2) * Math.Pow(x - 0.8, 2) * 30;
            spent += CostAt(x);
            study.Tell(
                at.Number, TrialState.Completed, loss + Math.Pow(at.Configuration["y"].AsFloat() - 0.5, 2),
                cost: CostAt(x));
        }

        return study;
    }

    private static LogCost? Model(double? spent) => LogCost.Of(new(_space), Seen(Study(12)), new(), new(), spent);

    private static GpObservations Seen(Study study)
    {
        var history = default(StudyHistory);
        var options = study.Options with { Sampler = new Capturing(h => history = h) };
        TuneGraph.Search.Study.Restore(options, study.Log).Ask();
        return GpObservations.Of(_space, history!, 500);
    }

    private static Study Study(int trials)
    {
        var study = new Study(new() { Space = _space, Sampler = new SobolSampler() });
        for (var k = 0; k < trials; k++)
        {
            var x = study.Ask()!.Configuration["x"].AsFloat();
            study.Tell(k, TrialState.Completed, x, cost: CostAt(x));
        }

        return study;
    }

    private sealed class Capturing(Action<StudyHistory> capture) : Sampler
    {
        public override string Name => "capturing";

        public override Configuration Suggest(SearchSpace space, StudyHistory history, SearchRandom random)
        {
            capture(history);
            return space.Draw(random);
        }
    }
}
