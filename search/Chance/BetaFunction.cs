namespace TuneGraph.Search;

/// <summary>The beta distribution's integral and its inverse.</summary>
internal static class BetaFunction
{
    /// <summary>ln B(a, b) = ln Γ(a) + ln Γ(b) − ln Γ(a + b).</summary>
    public static double Log(double a, double b) => LogGamma(a) + LogGamma(b) - LogGamma(a + b);

    /// <summary>
    /// I_x(a, b), the probability below x: the continued fraction of DLMF 8.17.22 by Lentz's method, on the side of the
    /// mean where it converges fast.
    /// </summary>
    public static double Regularized(double x, double a, double b, double logBeta)
    {
        if (x <= 0)
            return 0;
        if (x >= 1)
            return 1;
        var front = Math.Exp((a * Math.Log(x)) + (b * Math.Log(1 - x)) - logBeta);
        return x < (a + 1) / (a + b + 2)
            ? front * Fraction(x, a, b) / a
            : 1 - (front * Fraction(1 - x, b, a) / b);
    }

    /// <summary>The x with I_x(a, b) = p: Newton's steps, kept in a shrinking bracket by halving.</summary>
    public static double Quantile(double p, double a, double b, double logBeta)
    {
        if (p <= 0)
            return 0;
        if (p >= 1)
            return 1;
        var (low, high) = (0.0, 1.0);
        var x = a / (a + b);
        for (var i = 0; i < 200; i++)
        {
            var off = Regularized(x, a, b, logBeta) - p;
            if (off == 0)
                return x;
            (low, high) = off > 0 ? (low, x) : (x, high);
            var density = Math.Exp(((a - 1) * Math.Log(x)) + ((b - 1) * Math.Log(1 - x)) - logBeta);
            var next = x - (off / density);
            // Near 0 the bracket shrinks in the logarithm, for there may be hundreds of powers of ten to cross.
            if (!(next > low && next < high))
                next = high < 0.01 ? Math.Sqrt(Math.Max(low, 1e-320)) * Math.Sqrt(high) : (low + high) / 2;
            if (next == x || high - low <= 1e-16 * high)
                return next;
            x = next;
        }

        return x;
    }

    /// <summary>Lanczos' approximation (g = 7, nine terms), relative error about 1e-15 for x above 0.</summary>
    internal static double LogGamma(double x)
    {
        if (x < 0.5)
            return Math.Log(Math.PI / Math.Sin(Math.PI * x)) - LogGamma(1 - x);
        x -= 1;
        ReadOnlySpan<double> terms =
        [
            676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059, 12.507343278686905,
            -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
        ];
        var sum = 0.99999999999980993;
        for (var i = 0; i < terms.Length; i++)
            sum += terms[i] / (x + i + 1);
        var t = x + 7.5;
        return (0.5 * Math.Log(2 * Math.PI)) + ((x + 0.5) * Math.Log(t)) - t + Math.Log(sum);
    }

    private static double Fraction(double x, double a, double b)
    {
        const double Tiny = 1e-300;
        var c = 1.0;
        var d = 1 / NotZero(1 - ((a + b) * x / (a + 1)));
        var result = d;
        for (var m = 1; m <= 2000; m++)
        {
            var even = m * (b - m) * x / ((a + (2 * m) - 1) * (a + (2 * m)));
            d = 1 / NotZero(1 + (even * d));
            c = NotZero(1 + (even / c));
            result *= d * c;
            var odd = -(a + m) * (a + b + m) * x / ((a + (2 * m)) * (a + (2 * m) + 1));
            d = 1 / NotZero(1 + (odd * d));
            c = NotZero(1 + (odd / c));
            var step = d * c;
            result *= step;
            if (Math.Abs(step - 1) < 1e-16)
                break;
        }

        return result;

        static double NotZero(double value) => Math.Abs(value) < Tiny ? Tiny : value;
    }
}
