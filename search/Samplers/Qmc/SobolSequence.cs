namespace TuneGraph.Search;

/// <summary>
/// Sobol's sequence in the order of Gray's code (Antonov and Saleev, 1979), which is that of Joe and Kuo's program.
/// </summary>
/// <param name="seed">What the scrambling begins with; null for the plain sequence, which starts at the origin.</param>
internal sealed class SobolSequence(ulong? seed) : PointSequence
{
    private readonly List<(ulong Order, ulong Digits)> _seeds = [];

    /// <summary>
    /// Dimensions beyond <see cref="SobolDirections.Dimensions"/> start again with the first, in another order of
    /// points.
    /// </summary>
    public override double At(int dimension, long index)
    {
        var (turn, within) = Math.DivRem(dimension, SobolDirections.Dimensions);
        var (order, digits) = SeedsOf(dimension);
        var place = turn == 0 ? (ulong)index : OwenScrambling.Shuffle((ulong)index, order);
        var point = Point(within, place);
        return Fraction(seed is null ? point : OwenScrambling.Scramble(point, digits));
    }

    /// <summary>A coordinate of the plain sequence, times 2⁵³.</summary>
    public static ulong Point(int dimension, ulong index)
    {
        var directions = SobolDirections.Of(dimension);
        var gray = index ^ (index >> 1);
        var point = 0UL;
        for (var k = 0; gray != 0; k++, gray >>= 1)
            point ^= (gray & 1) != 0 ? directions[k] : 0;
        return point;
    }

    public static double Fraction(ulong point) => point * (1.0 / (1UL << SobolDirections.Bits));

    private (ulong Order, ulong Digits) SeedsOf(int dimension)
    {
        while (_seeds.Count <= dimension)
        {
            // All of one turn share an order, or they would no longer fill the cube together.
            var order = SearchRandom.For(seed ?? 0, _seeds.Count / SobolDirections.Dimensions, "sobol order");
            var digits = SearchRandom.For(seed ?? 0, _seeds.Count, "sobol digits");
            _seeds.Add((order.NextUInt64(), digits.NextUInt64()));
        }

        return _seeds[dimension];
    }
}
