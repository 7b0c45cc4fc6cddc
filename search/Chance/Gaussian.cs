namespace TuneGraph.Search;

/// <summary>The standard normal distribution.</summary>
internal static class Gaussian
{
    /// <summary>Φ(z), with full relative accuracy in the lower tail.</summary>
    public static double Cdf(double z) => 0.5 * Erfc(-z / Math.Sqrt(2));

    /// <summary>Φ(b) − Φ(a) for a ≤ b, taken in the lower tail, where it loses no digits.</summary>
    public static double Mass(double a, double b) => a > 0 ? Cdf(-a) - Cdf(-b) : Cdf(b) - Cdf(a);

    /// <summary>
    /// The complementary error function: the rational Chebyshev approximations of Cody, "Rational Chebyshev
    /// approximations
    /// for the error function", Math. Comp. 23 (1969), relative error about 1e-16.
    /// </summary>
    public static double Erfc(double x)
    {
        var y = Math.Abs(x);
        if (y <= 0.46875)
            return 1 - (x * Small(x * x));
        if (y > 26.6)
            return x < 0 ? 2 : 0;
        var tail = y <= 4 ? Middle(y) : Large(y);
        var square = Math.Floor(y * 16) / 16; // exp(-y²) in two factors, so that y² loses no digits
        tail *= Math.Exp(-square * square) * Math.Exp(-(y - square) * (y + square));
        return x < 0 ? 2 - tail : tail;
    }

    /// <summary>exp(x²) erfc(x) for x ≥ 0.46875, where it does not underflow, by the same approximations.</summary>
    public static double Erfcx(double x) => x <= 4 ? Middle(x) : Large(x);

    /// <summary>
    /// The z with Φ(z) = p: algorithm AS 241 (PPND16) of Wichura, Applied Statistics 37 (1988), relative error about
    /// 1e-16. −∞ at 0 and +∞ at 1.
    /// </summary>
    public static double Quantile(double p)
    {
        var q = p - 0.5;
        if (Math.Abs(q) <= 0.425)
            return q * Central(0.180625 - (q * q));
        var r = Math.Sqrt(-Math.Log(q < 0 ? p : 1 - p));
        if (double.IsInfinity(r))
            return q < 0 ? double.NegativeInfinity : double.PositiveInfinity;
        return Math.CopySign(r <= 5 ? Tail(r - 1.6) : FarTail(r - 5), q);
    }

    private static double Small(double t) =>
        ((((((((1.85777706184603153e-1 * t) + 3.16112374387056560) * t) + 1.13864154151050156e2) * t)
            + 3.77485237685302021e2) * t) + 3.20937758913846947e3)
        / ((((((((t + 2.36012909523441209e1) * t) + 2.44024637934444173e2) * t)
            + 1.28261652607737228e3) * t) + 2.84423683343917062e3));

    private static double Middle(double y) =>
        Polynomial(y, [
            2.15311535474403846e-8, 5.64188496988670089e-1, 8.88314979438837594, 6.61191906371416295e1,
            2.98635138197400131e2, 8.81952221241769090e2, 1.71204761263407058e3, 2.05107837782607147e3,
            1.23033935479799725e3,
        ]) / Polynomial(y, [
            1, 1.57449261107098347e1, 1.17693950891312499e2, 5.37181101862009858e2, 1.62138957456669019e3,
            3.29079923573345963e3, 4.36261909014324716e3, 3.43936767414372164e3, 1.23033935480374942e3,
        ]);

    private static double Large(double y)
    {
        var t = 1 / (y * y);
        var ratio = t * Polynomial(t, [
            1.63153871373020978e-2, 3.05326634961232344e-1, 3.60344899949804439e-1, 1.25781726111229246e-1,
            1.60837851487422766e-2, 6.58749161529837803e-4,
        ]) / Polynomial(t, [
            1, 2.56852019228982242, 1.87295284992346725, 5.27905102951428412e-1, 6.05183413124413191e-2,
            2.33520497626869185e-3,
        ]);
        return ((1 / Math.Sqrt(Math.PI)) - ratio) / y;
    }

    private static double Central(double r) =>
        Polynomial(r, [
            2509.0809287301226727, 33430.575583588128105, 67265.770927008700853, 45921.953931549871457,
            13731.693765509461125, 1971.5909503065514427, 133.14166789178437745, 3.387132872796366608,
        ]) / Polynomial(r, [
            5226.495278852545925, 28729.085735721942674, 39307.89580009271061, 21213.794301586595867,
            5394.1960214247511077, 687.1870074920579083, 42.313330701600911252, 1,
        ]);

    private static double Tail(double r) =>
        Polynomial(r, [
            7.7454501427834140764e-4, 0.0227238449892691845833, 0.24178072517745061177, 1.27045825245236838258,
            3.64784832476320460504, 5.7694972214606914055, 4.6303378461565452959, 1.42343711074968357734,
        ]) / Polynomial(r, [
            1.05075007164441684324e-9, 5.475938084995344946e-4, 0.0151986665636164571966, 0.14810397642748007459,
            0.68976733498510000455, 1.6763848301838038494, 2.05319162663775882187, 1,
        ]);

    private static double FarTail(double r) =>
        Polynomial(r, [
            2.01033439929228813265e-7, 2.71155556874348757815e-5, 0.0012426609473880784386, 0.026532189526576123093,
            0.29656057182850489123, 1.7848265399172913358, 5.4637849111641143699, 6.6579046435011037772,
        ]) / Polynomial(r, [
            2.04426310338993978564e-15, 1.4215117583164458887e-7, 1.8463183175100546818e-5, 7.868691311456132591e-4,
            0.0148753612908506148525, 0.13692988092273580531, 0.59983220655588793769, 1,
        ]);

    /// <summary>Horner's rule, the highest power first.</summary>
    private static double Polynomial(double x, ReadOnlySpan<double> coefficients)
    {
        var sum = coefficients[0];
        for (var i = 1; i < coefficients.Length; i++)
            sum = (sum * x) + coefficients[i];
        return sum;
    }
}
