using TuneGraph.Search;

namespace TuneGraph.Tests.Search;

public sealed class RandomSamplerTests : SamplerConformance
{
    [Fact]
    public void Every_value_of_a_finite_range_is_as_likely()
    {
        var space = new SearchSpace([
            new("int", new IntDistribution(-3, 16, Step: 2)), new("float", new FloatDistribution(0, 0.9, Step: 0.1)),
            new("choice", CategoricalDistribution.Of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9)),
        ]);
        var study = Study(space, 11);
        var trials = Enumerable.Range(0, 5000).Select(_ => study.Ask()!.Configuration).ToList();
        foreach (var parameter in space.Parameters)
        {
            var counts = trials.CountBy(t => t[parameter.Name]).Select(c => c.Value).ToList();
            Assert.Equal(10, counts.Count);
            // χ² with 9 degrees of freedom exceeds 27.9 with a chance of 0.001; the seed is fixed.
            Assert.InRange(counts.Sum(c => Math.Pow(c - 500, 2) / 500), 0, 27.9);
        }
    }

    [Fact]
    public void Each_decade_of_a_log_range_is_as_likely()
    {
        var study = Study(new([new("x", new FloatDistribution(1e-5, 1, Log: true))]), 12);
        var counts = Enumerable.Range(0, 5000).Select(_ => study.Ask()!.Configuration["x"].AsFloat())
            .CountBy(x => (int)Math.Floor(Math.Log10(x))).Select(c => c.Value).ToList();
        Assert.Equal(5, counts.Count);
        // χ² with 4 degrees of freedom exceeds 18.5 with a chance of 0.001; the seed is fixed.
        Assert.InRange(counts.Sum(c => Math.Pow(c - 1000, 2) / 1000), 0, 18.5);
    }

    protected override Sampler Make() => new RandomSampler();
}
