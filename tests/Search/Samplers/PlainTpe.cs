using TuneGraph.Search;

namespace TuneGraph.Tests.Search;

/// <summary>TPE's mixture written down plainly, in the parameters' own units, for comparison.</summary>
internal static class PlainTpe
{
    /// <summary>
    /// The log density at a point, per unit of code in continuous dimensions; age weights, narrowing 1.
    /// </summary>
    public static double LogDensity(SearchSpace space, IReadOnlyList<Configuration> observed, Configuration at)
    {
        var n = observed.Count;
        var weights = Enumerable.Range(0, n)
            .Select(k => n < 26 || k >= n - 25 ? 1.0 : (1.0 / n) + (k * (1 - (1.0 / n)) / (n - 25 - 1)))
            .Append(1.0).ToList();
        var sum = 0.0;
        for (var k = 0; k <= n; k++)
        {
            var product = weights[k] / weights.Sum();
            foreach (var parameter in space.Parameters)
                product *= Kernel(parameter, [.. observed.Select(o => o[parameter.Name])], k, at[parameter.Name]);
            sum += product;
        }

        return Math.Log(sum);
    }

    private static double Kernel(Parameter parameter, ParameterValue[] observed, int k, ParameterValue at)
    {
        var n = observed.Length;
        if (parameter.Distribution is CategoricalDistribution choice)
        {
            var row = choice.Choices.Select(c => (1.0 / (n + 1)) + (k < n && observed[k] == c ? 1 : 0)).ToList();
            return row[choice.Choices.IndexOf(at)] / row.Sum();
        }

        var (low, high, log, step) = parameter.Distribution switch
        {
            FloatDistribution f => (f.Low, f.High, f.Log, f.Step),
            IntDistribution i => (i.Low, i.High, i.Log, (double?)i.Step),
            _ => throw new NotSupportedException(),
        };
        double T(double x) => log ? Math.Log(x) : x;
        var half = (step ?? 0) / 2;
        var (from, to) = (T(low - half), T(high + half));
        var mus = observed.Select(o => T(o.AsFloat())).ToArray();
        var (mu, sigma) = k == n ? ((from + to) / 2, to - from) : (mus[k], Sigma(mus, k, from, to));
        var x = at.AsFloat();
        var whole = Integral(mu, sigma, from, to);
        return step is null
            ? Normal((T(x) - mu) / sigma) / sigma * (to - from) / whole
            : Integral(mu, sigma, T(x - half), T(x + half)) / whole;
    }

    private static double Sigma(double[] mus, int k, double from, double to)
    {
        var n = mus.Length;
        var order = Enumerable.Range(0, n).OrderBy(i => mus[i]).ThenBy(i => i).ToList();
        var rank = order.IndexOf(k);
        double At(int r) => r < 0 ? from : r >= n ? to : mus[order[r]];
        var gap = n >= 2 && rank == 0 ? At(1) - At(0)
            : n >= 2 && rank == n - 1 ? At(n - 1) - At(n - 2)
            : Math.Max(At(rank) - At(rank - 1), At(rank + 1) - At(rank));
        return Math.Clamp(gap, (to - from) / Math.Min(100.0, 2 + n), to - from);
    }

    private static double Normal(double z) => Math.Exp(-z * z / 2) / Math.Sqrt(2 * Math.PI);

    /// <summary>Simpson's rule, in pieces of at most σ/20, from 12 σ below to 12 σ above the middle.</summary>
    private static double Integral(double mu, double sigma, double from, double to)
    {
        from = Math.Max((from - mu) / sigma, -12);
        to = Math.Min((to - mu) / sigma, 12);
        if (from >= to)
            return 0;
        var pieces = 2 * (int)Math.Ceiling((to - from) * 10);
        var h = (to - from) / pieces;
        var sum = Normal(from) + Normal(to);
        for (var i = 1; i < pieces; i++)
            sum += Normal(from + (i * h)) * (i % 2 == 1 ? 4 : 2);
        return sum * h / 3;
    }
}
