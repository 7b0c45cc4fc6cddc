using TuneGraph.Search;

namespace TuneGraph.Tests.Search;

/// <summary>
/// The strategy against CyberAgent's <c>cmaes</c> (the head of its repository, after 0.13), which was told the same
/// points: x_i = ½ + ¼ sin(1 + 7g + 3k + 5i) for generation g and rank k.
/// </summary>
public sealed class CmaDistributionTests
{
    [Fact]
    public void The_constants_are_those_of_the_tutorial()
    {
        var k = new CmaConstants(3, 7, separable: false);
        double[] weights =
        [
            0.585645106509765, 0.2928225532548825, 0.12153234023535245, 0.0, -0.4241269418431741, -0.7706638857059224,
            -1.0636566969842556,
        ];
        AssertClose(weights, k.Weights, 1e-14);
        AssertClose(
            [
                2.2548150822016044, 0.09640963257927214, 0.05124308701358615, 0.4149090010980616, 1.4149090010980616,
                0.5588013228860189, 1.5968775302586076,
            ],
            [k.MuEff, k.C1, k.CMu, k.CSigma, k.DSigma, k.CC, k.ChiN], 1e-14);
        int[] dimensions = [1, 2, 3, 5, 10, 20, 100];
        Assert.Equal([4, 6, 7, 8, 10, 12, 17], dimensions.Select(CmaConstants.DefaultPopulation));
    }

    [Fact]
    public void Five_generations_move_it_as_the_reference()
    {
        var d = AfterFiveGenerations(adaptRates: false);
        AssertClose([0.4301945475146445, 0.5529918882179928, 0.5998690421328331], d.Mean, 1e-13);
        Assert.Equal(0.12349782075817028, d.Sigma, 1e-13);
        AssertClose(
            [
                0.9985398724900949, -0.08615668839160492, -0.19716258886754393, -0.08615668839160492,
                0.6986066403946094, 0.00012226962721096843, -0.19716258886754398, 0.00012226962721103782,
                1.0474880280723098,
            ],
            ((FullCovariance)d.C).Matrix.ToArray(), 1e-8);
    }

    [Fact]
    public void With_learning_rate_adaptation_too()
    {
        var d = AfterFiveGenerations(adaptRates: true);
        AssertClose([0.4601744790118767, 0.5664333700546212, 0.5775147908628855], d.Mean, 1e-7);
        Assert.Equal(0.1588157003138732, d.Sigma, 1e-7);
        AssertClose(
            [
                1.1448592626005332, -0.10527810043959801, -0.1125955942777569, -0.105278100439598, 0.7747552005905316,
                -0.0746972164757921, -0.11259559427775694, -0.07469721647579215, 1.1622085433576734,
            ],
            ((FullCovariance)d.C).Matrix.ToArray(), 1e-7);
    }

    [Fact]
    public void The_margin_moves_mean_and_stretch_as_the_reference()
    {
        // A continuous parameter, one of four values, one of two; the points close in on one value of each.
        var axes = new CmaAxes(new([
            new("x", new FloatDistribution(0, 1)), new("n", new IntDistribution(0, 3)),
            new("b", new IntDistribution(0, 1)),
        ]));
        var d = new CmaDistribution(new(3, 7, false), [0.5, 0.5, 0.5], 1.0 / 6, FullCovariance.Identity(3), false);
        var margin = new CmaMargin(axes, 1.0 / 21);
        for (var g = 0; g < 12; g++)
        {
            d.Update(Points(g, 7, 3, Math.Pow(0.6, g), [0, 0, 0.2]));
            margin.Correct(d);
            if (g == 5)
                AssertClose([0.4920296696918915, 0.4976300134847063, 0.6378227610820955], d.Mean, 1e-8);
        }

        AssertClose([0.5001865410785756, 0.5003639169155842, 0.6457959772168415], d.Mean, 1e-8);
        Assert.Equal(0.13994023350650267, d.Sigma, 1e-8);
        const double stretch = 1.7963786788469638;
        double[] x = [.. d.Mean.Select(m => m + 0.01)];
        double[] placed = [.. x.Select((_, i) => margin.Place(d, x, i))];
        AssertClose([0.01, 0.01 * stretch, 0.01], placed.Select((code, i) => code - d.Mean[i]), 1e-8);
        AssertClose(x, margin.Raw(d, placed), 1e-12);
    }

    [Fact]
    public void Choices_move_as_in_CatCMA()
    {
        var choices = new CmaChoices([[1, 1, 1], [1, 1, 1, 1]]);
        var constants = new CmaConstants(3, 7, false);
        for (var g = 0; g < 5; g++)
            choices.Update(
                [.. Enumerable.Range(0, 7).Select(k => new[] { ((k * k) + g) % 3, ((2 * k) + g) % 4 })], constants);
        AssertClose([0.2655035959633384, 0.39137798572572047, 0.3431184183109412], choices.Of(0).ToArray(), 1e-12);
        AssertClose(
            [0.43087447368879656, 0.10678818957013342, 0.32350229610961895, 0.13883504063145113],
            choices.Of(1).ToArray(), 1e-12);
    }

    [Fact]
    public void Choices_are_drawn_by_their_weights_at_first()
    {
        var choices = new CmaChoices([[0.7, 0.2, 0.1]]);
        var random = new SearchRandom(5);
        var drawn = Enumerable.Range(0, 2000).Count(_ => choices.Draw(random)[0] == 0);
        Assert.InRange(drawn, 1340, 1460); // 1400 ± 3 standard deviations
    }

    [Fact]
    public void The_warm_start_is_that_of_the_reference()
    {
        var (mean, sigma, c) = CmaWarmStart.Fit(Points(0, 3, 3), separable: false);
        AssertClose([0.5618045906848964, 0.4663441724201996, 0.4191016381053842], mean, 1e-14);
        Assert.Equal(0.15037354514941584, sigma, 1e-12);
        AssertClose(
            [
                1.8510507194091381, -0.7367790550660765, -1.8268043483490535, -0.7367790550660765, 0.885818574344215,
                0.9884325098214037, -1.8268043483490535, 0.9884325098214037, 2.829805285173966,
            ],
            ((FullCovariance)c).Matrix.ToArray(), 1e-10);
    }

    [Theory]
    // The reference's medians of 11 runs (λ = 10 and 8, m = 1 or 0, σ = ½, to 1e-10): 1627, 4414 and 1964 evaluations.
    [InlineData("sphere", 10, 1.0, 1627)]
    [InlineData("ellipsoid", 10, 1.0, 4414)]
    [InlineData("Rosenbrock", 5, 0.0, 1964)]
    public void It_needs_as_many_evaluations_as_the_reference(string function, int n, double start, int evaluations)
    {
        Func<double[], double> f = function switch
        {
            "sphere" => x => x.Sum(v => v * v),
            "ellipsoid" => x => x.Select((v, i) => Math.Pow(10, 6.0 * i / (n - 1)) * v * v).Sum(),
            _ => x => Enumerable.Range(0, n - 1)
                .Sum(i => (100 * Math.Pow((x[i] * x[i]) - x[i + 1], 2)) + Math.Pow(x[i] - 1, 2)),
        };
        var needed = Enumerable.Range(0, 11)
            .Select(seed => Evaluations(f, n, start, separable: false, (ulong)seed)).Order().ToList();
        Assert.InRange(needed[5], evaluations * 0.85, evaluations * 1.15);
        if (function == "ellipsoid") // along the axes: far fewer where only the axes are learnt
            Assert.InRange(Evaluations(f, n, start, separable: true, 1), 0, evaluations * 0.75);
    }

    [Fact]
    public void Points_from_elsewhere_are_pulled_within_reach()
    {
        var d = new CmaDistribution(new(4, 8, false), [1, 1, 1, 1], 0.5, FullCovariance.Identity(4), false);
        double[] near = [1.5, 1, 1, 1];
        AssertClose(near, d.Injected(near), 1e-15);
        // √n + 2n/(n + 2) = 2 + 4/3 standard deviations, in the same direction.
        AssertClose([1 + (0.5 * (10 / 3.0)), 1, 1, 1], d.Injected([100, 1, 1, 1]), 1e-12);
    }

    private static CmaDistribution AfterFiveGenerations(bool adaptRates)
    {
        var d = new CmaDistribution(
            new(3, 7, false), [0.5, 0.5, 0.5], 1.0 / 6, FullCovariance.Identity(3), adaptRates);
        for (var g = 0; g < 5; g++)
            d.Update(Points(g, 7, 3));
        return d;
    }

    private static List<double[]> Points(int g, int count, int n, double scale = 1, double[]? shift = null) =>
    [
        .. Enumerable.Range(0, count).Select(k => Enumerable.Range(0, n)
            .Select(i => 0.5 + (shift?[i] ?? 0) + (0.25 * scale * Math.Sin(1 + (7 * g) + (3 * k) + (5 * i))))
            .ToArray()),
    ];

    private static int Evaluations(Func<double[], double> f, int n, double start, bool separable, ulong seed)
    {
        var constants = new CmaConstants(n, CmaConstants.DefaultPopulation(n), separable);
        Covariance c = separable ? DiagonalCovariance.Identity(n) : FullCovariance.Identity(n);
        var d = new CmaDistribution(constants, [.. Enumerable.Repeat(start, n)], 0.5, c, false);
        var random = new SearchRandom(seed);
        for (var evaluations = 0; evaluations < 20_000;)
        {
            var told = new List<(double Loss, double[] X)>();
            for (var k = 0; k < constants.Population; k++)
            {
                var x = d.Draw(random);
                told.Add((f(x), x));
                evaluations++;
                if (told[^1].Loss < 1e-10)
                    return evaluations;
            }

            d.Update([.. told.OrderBy(t => t.Loss).Select(t => t.X)]);
        }

        return int.MaxValue;
    }

    private static void AssertClose(IEnumerable<double> expected, IEnumerable<double> actual, double tolerance)
    {
        var (e, a) = (expected.ToArray(), actual.ToArray());
        Assert.Equal(e.Length, a.Length);
        for (var i = 0; i < e.Length; i++)
            Assert.Equal(e[i], a[i], tolerance);
    }
}
