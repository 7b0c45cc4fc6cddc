using TuneGraph.Search;

namespace TuneGraph.Tests.Search;

public sealed class GpModelTests
{
    private static readonly SearchSpace _space = new([
        new("kind", CategoricalDistribution.Of("a", "b", "c")),
        new("x", new FloatDistribution(0, 1)),
        new("y", new FloatDistribution(1e-4, 1, Log: true)),
        new("only_b", new FloatDistribution(0, 1), Condition.On("kind", "b")),
    ]);

    private static readonly GpAxes _axes = new(_space);

    [Fact]
    public void A_parameter_that_is_absent_lies_off_the_middle_of_its_axis()
    {
        var point = new double[_axes.Coordinates];
        _axes.Place([0, 0.2, 0.3, double.NaN], point);
        Assert.Equal([0, 0.2, 0.3, 0.5, 0.5], point);
        _axes.Place([1, 0.2, 0.3, 0.9], point);
        Assert.Equal([1, 0.2, 0.3, 0.9, 0], point);
        Assert.Equal([0, 1, 2, 3, 3], _axes.Owners);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Mean_variance_and_evidence_are_those_of_the_definitions(bool bent)
    {
        var (codes, targets) = Observations(23);
        var at = Hyperparameters(bent);
        var posterior = new GpPosterior(_axes, at, _axes.PlaceAll(codes));
        posterior.Observe(targets);
        var plain = Plain(at, codes);
        foreach (var asked in Observations(31).Codes.Skip(23))
        {
            var (mean, variance) = plain.At(Warped(at, asked), targets);
            var (values, slopes) = (new double[23], new double[23]);
            posterior.Covariances(Warped(at, asked), values, slopes);
            Assert.Equal(mean, Dense.Dot(values, posterior.Alphas[0]), 1e-9);
            var whitened = new double[23];
            posterior.Whiten(values, whitened);
            Assert.Equal(variance, posterior.Variance(whitened), 1e-9);
            var variances = new double[5];
            posterior.Variances([.. values, .. values, .. values, .. values, .. values], variances);
            Assert.All(variances, v => Assert.Equal(variance, v, 1e-9));
        }

        var prior = new GpPrior(_axes, bent);
        var gradient = new double[at.Logs.Length];
        var value = new GpEvidence(_axes, prior, _axes.PlaceAll(codes), targets).Evaluate(at.Logs, gradient);
        Assert.Equal(plain.NegativeLogLikelihood(targets) + prior.AddPenalty(at.Logs, gradient), value, 1e-8);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_gradient_of_the_evidence_is_that_of_finite_differences(bool bent)
    {
        const double Step = 1e-5;
        var (codes, targets) = Observations(23);
        var evidence = new GpEvidence(_axes, new(_axes, bent), _axes.PlaceAll(codes), targets);
        var logs = Hyperparameters(bent).Logs;
        var (gradient, ignored) = (new double[logs.Length], new double[logs.Length]);
        evidence.Evaluate(logs, gradient);
        for (var p = 0; p < logs.Length; p++)
        {
            if (p >= 6 && (!bent || p < 8)) // without bending there is nothing to differentiate, nor on a choice
                continue;
            var (up, down) = (logs.ToArray(), logs.ToArray());
            up[p] += Step;
            down[p] -= Step;
            var difference = evidence.Evaluate(up, ignored) - evidence.Evaluate(down, ignored);
            Assert.Equal(difference / (2 * Step), gradient[p], 1e-5 * Math.Max(1, Math.Abs(gradient[p])));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public void The_gradient_of_an_acquisition_is_that_of_finite_differences(int fantasies)
    {
        const double Step = 1e-6;
        var (codes, targets) = Observations(23);
        var posterior = new GpPosterior(_axes, Hyperparameters(true), _axes.PlaceAll(codes));
        posterior.Observe([.. Enumerable.Range(0, fantasies).Select(s => targets.Select(t => t * (1 + s)).ToArray())]);
        double[] bests = [.. Enumerable.Range(0, fantasies).Select(s => -1.0 - s)];
        var constraint = new GpPosterior(_axes, Hyperparameters(false), _axes.PlaceAll(codes));
        constraint.Observe([.. targets.Reverse()]);
        var acquisition = new JointAcquisition(
            [new LogImprovement(_axes, posterior, bests), new LogFeasibility(_axes, constraint, -0.5)]);
        foreach (var asked in Observations(31).Codes.Skip(23))
        {
            var gradient = new double[_axes.Count];
            var value = acquisition.AddSlopes(asked, gradient);
            Assert.Equal(value, At(acquisition, asked), 1e-9 * Math.Max(1, Math.Abs(value)));
            for (var p = 1; p < 4; p++)
            {
                if (double.IsNaN(asked[p]))
                    continue;
                var (up, down) = (asked.ToArray(), asked.ToArray());
                up[p] += Step;
                down[p] -= Step;
                var difference = (At(acquisition, up) - At(acquisition, down)) / (2 * Step);
                Assert.Equal(difference, gradient[p], 1e-4 * Math.Max(1, Math.Abs(difference)));
            }
        }
    }

    /// <summary>
    /// qLogEI with one trial running against its definition: the mean over 20,000 draws of the running trial's value of
    /// the exact improvement of the new one.
    /// </summary>
    [Fact]
    public void Fantasies_have_the_mean_and_the_spread_of_the_model()
    {
        var (codes, targets) = Observations(12);
        var at = Hyperparameters(false);
        var posterior = new GpPosterior(_axes, at, _axes.PlaceAll(codes));
        posterior.Observe(targets);
        var running = Observations(14).Codes[12..];
        var draws = Fantasies.Draw(_axes, posterior, running, 20_000, new SearchRandom(4));
        var plain = Plain(at, codes);
        for (var i = 0; i < 2; i++)
        {
            var (mean, variance) = plain.At(Warped(at, running[i]), targets);
            var spread = variance + at.Noise;
            Assert.Equal(mean, draws.Average(d => d[i]), 5 * Math.Sqrt(spread / 20_000));
            Assert.Equal(spread, draws.Average(d => Math.Pow(d[i] - mean, 2)), 0.05 * spread); // σ of it: 0.01
        }
    }

    private static double At(Acquisition acquisition, double[] codes)
    {
        var values = new double[1];
        acquisition.Add([codes], values);
        return values[0];
    }

    private static PlainGp Plain(GpHyperparameters at, double[][] codes)
    {
        double[] theta = [.. _axes.Owners.Select(at.Relevance)];
        var kernel = PlainGp.Matern52(at.Amplitude, theta, [true, false, false, false, false]);
        return new([.. codes.Select(c => Warped(at, c))], kernel, at.Noise);
    }

    private static double[] Warped(GpHyperparameters at, double[] codes)
    {
        var point = new double[_axes.Coordinates];
        _axes.Place(codes, point);
        for (var p = 1; p < _axes.Count; p++)
            point[p] = at.Warp(p).Apply(point[p]);
        return point;
    }

    /// <summary>θ of four axes, σ², τ², and a and b of four axes.</summary>
    private static GpHyperparameters Hyperparameters(bool bent) => new(4, [
        0.3, 1.2, -0.4, 0.8, 0.2, Math.Log(0.05),
        .. bent ? (double[])[0, 0, 0.4, -0.3, -0.5, 0.2, 0.3, 0.6] : new double[8],
    ]);

    private static (double[][] Codes, double[] Targets) Observations(int count)
    {
        var random = new SearchRandom(11);
        var (codes, targets) = (new double[count][], new double[count]);
        for (var k = 0; k < count; k++)
        {
            var kind = random.NextInt64(3);
            var (x, y, z) = (random.NextDouble(), random.NextDouble(), random.NextDouble());
            codes[k] = [kind, x, y, kind == 1 ? z : double.NaN];
            targets[k] = Math.Sin(5 * x) + y + kind + (kind == 1 ? z : 0) - 1.5;
        }

        return (codes, targets);
    }
}
