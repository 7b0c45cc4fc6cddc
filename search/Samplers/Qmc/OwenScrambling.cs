namespace TuneGraph.Search;

/// <summary>
/// Nested uniform scrambling in base 2 (Owen, "Randomly permuted (t,m,s)-nets and (t,s)-sequences", 1995): each binary
/// digit is flipped by a coin of its own for each string of digits before it. The coins are a hash of that string and
/// the seed, so nothing is stored, and a point of any index can be scrambled alone.
/// </summary>
internal static class OwenScrambling
{
    /// <summary>Scrambles a fraction times 2⁵³.</summary>
    public static ulong Scramble(ulong fraction, ulong seed)
    {
        const int bits = SobolDirections.Bits;
        var flips = 0UL;
        for (var level = 0; level < bits; level++)
        {
            var node = (1UL << level) | (fraction >> (bits - level)); // the digits before, led by a 1
            var state = unchecked(seed + (node * 0xD1B54A32D192ED03));
            flips = (flips << 1) | (SearchRandom.SplitMix64(ref state) >> 63);
        }

        return fraction ^ flips;
    }

    /// <summary>
    /// Shuffles an index below 2⁵³ so that each block of 2^m indices stays a block of 2^m (Burley, "Practical
    /// hash-based Owen scrambling", JCGT 9 (2020), section 3.3): dimensions under different shuffles are independent.
    /// </summary>
    public static ulong Shuffle(ulong index, ulong seed) => Scramble(index, seed);
}
