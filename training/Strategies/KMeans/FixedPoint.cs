namespace TuneGraph.Training;

/// <summary>
/// Numbers as 64-bit integers of one scale: their sum is exact, whatever the order and whoever adds. With 2²⁰ numbers
/// up to 8 each one is kept to 2⁻³⁸.
/// </summary>
internal readonly struct FixedPoint
{
    private readonly double _scale;

    /// <param name="largest">The largest size of a number; finite.</param>
    /// <param name="count">How many are summed at most.</param>
    public FixedPoint(double largest, long count)
    {
        var bits = largest > 0 ? 61 - (int)Math.Ceiling(Math.Log2(largest) + Math.Log2(Math.Max(1, count))) : 0;
        _scale = Math.ScaleB(1, bits);
    }

    public long Of(double value) => (long)Math.Round(value * _scale);

    public double Back(long sum) => sum / _scale;
}
