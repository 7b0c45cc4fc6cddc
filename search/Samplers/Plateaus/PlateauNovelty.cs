namespace TuneGraph.Search;

/// <summary>
/// The logarithm of the probability that a point lies on no plateau that was seen: where the objective is a step
/// function, another look at the same step gains nothing, however good it is.
/// </summary>
internal sealed class PlateauNovelty(Plateaus plateaus, int axes) : Acquisition
{
    private const double Least = 1e-30;

    private readonly double[] _slopes = new double[axes];

    public override void Add(IReadOnlyList<double[]> codes, Span<double> values)
    {
        for (var c = 0; c < codes.Count; c++)
            values[c] += Log(plateaus.Chance(codes[c]));
    }

    public override double AddSlopes(ReadOnlySpan<double> codes, Span<double> gradient)
    {
        var chance = plateaus.Chance(codes, _slopes);
        if (chance is > 0 and < 1)
            Dense.AddScaled(-chance / (1 - chance), _slopes, gradient);
        return Log(chance);
    }

    private static double Log(double chance) => Math.Log(Math.Max(1 - chance, Least));
}
