namespace TuneGraph.Search;

/// <summary>The points of an evenly stepped range of floats.</summary>
internal static class DecimalGrid
{
    /// <summary>How far from a grid point, in steps, a value may lie and still be taken for it.</summary>
    public const double Tolerance = 1e-8;

    /// <summary>
    /// origin + k · step, by decimal arithmetic where it reaches, so that 0.1 + 2 · 0.1 is 0.3 and not
    /// 0.30000000000000004.
    /// </summary>
    public static double At(double origin, double k, double step) =>
        Math.Abs(k) < 1e9 && Math.Abs(origin) is 0 or (> 1e-9 and < 1e9) && step is > 1e-9 and < 1e9
            ? (double)((decimal)origin + ((decimal)k * (decimal)step))
            : origin + (k * step);

    /// <summary>The distance to the next number farther from zero.</summary>
    public static double Spacing(double x) => Math.BitIncrement(Math.Abs(x)) - Math.Abs(x);
}
