using TuneGraph.Search;

namespace TuneGraph.Tests.Search;

public sealed class NsgaIIISamplerTests : SamplerConformance
{
    [Theory]
    [InlineData(3, 12, 91)]
    [InlineData(3, 4, 15)]
    [InlineData(4, 3, 20)]
    [InlineData(2, 49, 50)]
    [InlineData(1, 1, 1)]
    public void Das_and_Dennis_give_the_published_number_of_points(int objectives, int divisions, int count)
    {
        var points = ReferencePoints.DasDennis(objectives, divisions);
        Assert.Equal(count, points.Count);
        Assert.All(points, point => Assert.Equal(1, point.Sum(), 1e-12));
        Assert.Equal(count, points.Select(point => string.Join(' ', point)).Distinct().Count());
        var fitting = ReferencePoints.DivisionsFor(objectives, 60);
        Assert.InRange(ReferencePoints.DasDennis(objectives, fitting).Count, 1, 60);
        Assert.Equal(divisions, ReferencePoints.DivisionsFor(objectives, count));
    }

    [Fact]
    public void Objectives_are_scaled_by_the_plane_through_their_extreme_points()
    {
        // The plane through (5, 1, 10), (1, 3, 10) and (1, 1, 40), from the ideal point (1, 1, 10), cuts the axes at 4,
        // 2 and 30.
        var scale = new ObjectiveScale(3);
        double[][] front = [[5, 1, 10], [1, 3, 10], [1, 1, 40], [2, 1.5, 20]];
        scale.Learn(front, front);
        Assert.Equal([0.25, 0.25, 1 / 3.0], scale.Scaled([2, 1.5, 20]));
        Assert.Equal([0, 0, 1], scale.Scaled([1, 1, 40]));
        // Where the plane is none, the largest losses of the front count.
        var flat = new ObjectiveScale(2);
        flat.Learn([[1, 4], [1, 6]], [[1, 4], [1, 6]]);
        Assert.Equal([2, 0.5], flat.Scaled([3, 5]));
    }

    [Fact]
    public void With_the_papers_settings_it_comes_as_near_the_front_as_the_paper_says()
    {
        // Deb and Jain 2014, Table III: DTLZ2 of 3 objectives, 91 directions, 92 trials a generation, 250 generations,
        // η_c = 30, η_m = 20, p_c = 1: the IGD to the true points of the directions is 1.262e-3 at best, 1.357e-3 in
        // the median and 2.114e-3 at worst of 20 runs.
        const int Variables = 12;
        var study = new Study(new()
        {
            Space = Cube(Variables),
            Sampler = new NsgaIIISampler(
                NsgaOptions.Deb2002 with
                {
                    PopulationSize = 92,
                    GenerationSize = 92,
                    CrossoverChance = 1,
                    CrossoverIndex = 30,
                }, 12),
            Directions = [Direction.Minimize, Direction.Minimize, Direction.Minimize],
            Seed = 3,
        });
        for (var k = 0; k < 92 * 250; k++)
        {
            var x = study.Ask()!.Configuration.Items.Select(item => item.Value.AsFloat()).ToArray();
            study.Tell(k, TrialState.Completed, Dtlz2(x));
        }

        var last = study.Front.ToList();
        var distance = ReferencePoints.DasDennis(3, 12).Average(direction =>
        {
            var length = Math.Sqrt(direction.Sum(x => x * x));
            return last.Min(t => Math.Sqrt(Enumerable.Range(0, 3)
                .Sum(i => Math.Pow(t.Values[i] - (direction[i] / length), 2))));
        });
        Assert.InRange(distance, 0, 2.114e-3);
    }

    [Fact]
    public void Divisions_below_one_are_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new NsgaIIISampler(divisions: 0));

    protected override Sampler Make() => new NsgaIIISampler();

    private static SearchSpace Cube(int variables) =>
        new(Enumerable.Range(0, variables).Select(i => new Parameter($"x{i}", new FloatDistribution(0, 1))));

    private static ValueList Dtlz2(double[] x)
    {
        var g = x.Skip(2).Sum(v => Math.Pow(v - 0.5, 2));
        var (a, b) = (x[0] * Math.PI / 2, x[1] * Math.PI / 2);
        return
        [
            (1 + g) * Math.Cos(a) * Math.Cos(b), (1 + g) * Math.Cos(a) * Math.Sin(b), (1 + g) * Math.Sin(a),
        ];
    }
}

public sealed class GenerationalNsgaIIITests : SamplerConformance
{
    protected override Sampler Make() =>
        new NsgaIIISampler(NsgaOptions.Deb2002 with { PopulationSize = 6, GenerationSize = 5 });
}
