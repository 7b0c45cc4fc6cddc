namespace TuneGraph.Search;

/// <summary>
/// Crossover and mutation of numbers in [0, 1], as in Deb's NSGA-II code: the chances of children are cut off at the
/// ends. The u's are uniform in [0, 1).
/// </summary>
internal static class Variation
{
    /// <summary>Parents nearer than this are the same.</summary>
    private const double Same = 1e-14;

    /// <summary>
    /// The two children of simulated binary crossover; with η their distance from the parents has the density
    /// (η + 1) β^η / 2 up to β = 1, the parents' own distance.
    /// </summary>
    public static (double Low, double High) Cross(double a, double b, double eta, double u)
    {
        var (low, high) = (Math.Min(a, b), Math.Max(a, b));
        var gap = high - low;
        if (gap <= Same)
            return (low, high);
        var (down, up) = (Spread(low / gap, eta, u), Spread((1 - high) / gap, eta, u));
        return (
            Math.Clamp((low + high - (down * gap)) / 2, 0, 1),
            Math.Clamp((low + high + (up * gap)) / 2, 0, 1)
        );
    }

    /// <summary>Polynomial mutation: a step up or down, the smaller the larger η is.</summary>
    public static double Mutate(double x, double eta, double u)
    {
        var power = 1 / (eta + 1);
        var step = u < 0.5
            ? Math.Pow((2 * u) + ((1 - (2 * u)) * Math.Pow(1 - x, eta + 1)), power) - 1
            : 1 - Math.Pow((2 * (1 - u)) + ((2 * u - 1) * Math.Pow(x, eta + 1)), power);
        return Math.Clamp(x + step, 0, 1);
    }

    /// <summary>
    /// β of the child on one side, where the room beyond the parent is so many gaps between the parents.
    /// </summary>
    private static double Spread(double room, double eta, double u)
    {
        var alpha = 2 - Math.Pow(1 + (2 * room), -(eta + 1));
        return Math.Pow(u <= 1 / alpha ? u * alpha : 1 / (2 - (u * alpha)), 1 / (eta + 1));
    }
}
