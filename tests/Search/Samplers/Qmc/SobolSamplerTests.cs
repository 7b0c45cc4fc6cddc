using TuneGraph.Search;

namespace TuneGraph.Tests.Search;

public sealed class SobolSamplerTests : SamplerConformance
{
    [Fact]
    public void Trial_k_gets_point_k_whatever_became_of_the_others()
    {
        var space = new SearchSpace([new("x", new FloatDistribution(0, 1)), new("y", new FloatDistribution(0, 1))]);
        var (busy, told) = (Study(space, 7), Study(space, 7));
        for (var k = 0; k < 40; k++)
        {
            Assert.Equal(busy.Ask()!.Configuration, told.Ask()!.Configuration);
            told.Tell(k, TrialState.Completed, k);
        }

        told.Enqueue(Configuration.Of(("x", 0.5), ("y", 0.5)));
        busy.Ask();
        Assert.Equal(busy.Ask()!.Configuration, told.Ask()!.Configuration);
    }

    [Fact]
    public void Choices_and_steps_are_hit_equally_often()
    {
        var study = Study(new([
            new("c", CategoricalDistribution.Of("a", "b", "c", "d")), new("n", new IntDistribution(1, 8)),
        ]), 3);
        var asked = Enumerable.Range(0, 64).Select(_ => study.Ask()!.Configuration).ToList();
        Assert.All(asked.CountBy(c => c), c => Assert.Equal(2, c.Value)); // 32 combinations
    }

    [Fact]
    public void Parameters_that_are_asked_for_one_by_one_are_spread_evenly_too()
    {
        var study = new Study(new() { Sampler = Make(), Seed = 4 });
        var points = new List<(double X, double Y)>();
        for (var k = 0; k < 256; k++)
        {
            var trial = study.Ask()!.Number;
            points.Add((
                study.Suggest(trial, new("x", new FloatDistribution(0, 1))).AsFloat(),
                study.Suggest(trial, new("y", new FloatDistribution(0, 1))).AsFloat()));
        }

        Assert.Equal(256, points.Select(p => (int)(p.X * 256)).Distinct().Count());
        Assert.Equal(256, points.Select(p => (int)(p.Y * 256)).Distinct().Count());
        // Apart from each other: 16 cells of 16 expected; χ² with 9 degrees of freedom exceeds 27.9 at 0.001.
        var cells = points.CountBy(p => ((int)(p.X * 4), (int)(p.Y * 4))).ToList();
        Assert.InRange(cells.Sum(c => Math.Pow(c.Value - 16, 2) / 16), 0, 27.9);
    }

    [Fact]
    public void The_plain_sequence_starts_at_the_corner_and_ignores_the_seed()
    {
        var space = new SearchSpace([new("x", new FloatDistribution(2, 4)), new("y", new FloatDistribution(1, 9))]);
        foreach (var seed in (ulong[])[0, 1])
        {
            var study = new Study(new() { Space = space, Sampler = new SobolSampler(scramble: false), Seed = seed });
            Assert.Equal("x=2, y=1", study.Ask()!.Configuration.ToString());
            Assert.Equal("x=3, y=5", study.Ask()!.Configuration.ToString());
            Assert.Equal("x=3.5, y=3", study.Ask()!.Configuration.ToString());
        }
    }

    protected override Sampler Make() => new SobolSampler();
}

public sealed class HaltonSamplerTests : SamplerConformance
{
    [Fact]
    public void The_plain_sequence_starts_at_the_corner_and_ignores_the_seed()
    {
        var space = new SearchSpace([new("x", new FloatDistribution(0, 1)), new("y", new FloatDistribution(0, 9))]);
        foreach (var seed in (ulong[])[0, 1])
        {
            var study = new Study(new() { Space = space, Sampler = new HaltonSampler(scramble: false), Seed = seed });
            Assert.Equal("x=0, y=0", study.Ask()!.Configuration.ToString());
            Assert.Equal("x=0.5, y=3", study.Ask()!.Configuration.ToString());
            Assert.Equal("x=0.25, y=6", study.Ask()!.Configuration.ToString());
        }
    }

    protected override Sampler Make() => new HaltonSampler();
}
