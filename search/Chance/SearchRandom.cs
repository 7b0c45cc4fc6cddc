using System.Numerics;

namespace TuneGraph.Search;

/// <summary>
/// A seeded generator whose output never changes from one version to the next: xoshiro256** (Blackman and Vigna,
/// "Scrambled linear pseudorandom number generators", 2021), its state filled by SplitMix64. Not thread-safe; not for
/// secrets.
/// </summary>
public sealed class SearchRandom
{
    private ulong _s0, _s1, _s2, _s3;

    /// <summary>A generator of its own for each seed, 0 included.</summary>
    public SearchRandom(ulong seed)
    {
        _s0 = SplitMix64(ref seed);
        _s1 = SplitMix64(ref seed);
        _s2 = SplitMix64(ref seed);
        _s3 = SplitMix64(ref seed);
    }

    /// <summary>Goes on from a state of the published generator, not all zero.</summary>
    internal SearchRandom(ulong s0, ulong s1, ulong s2, ulong s3) => (_s0, _s1, _s2, _s3) = (s0, s1, s2, s3);

    /// <summary>
    /// The generator of one stream of one trial: streams of different seeds, numbers and names are independent of each
    /// other, and of how many numbers any other has used up.
    /// </summary>
    /// <param name="seed">The study's seed.</param>
    /// <param name="number">The trial's number.</param>
    /// <param name="stream">What the numbers are for, for example a parameter's name.</param>
    public static SearchRandom For(ulong seed, long number, string stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var state = seed;
        state = SplitMix64(ref state) ^ unchecked((ulong)number);
        state = SplitMix64(ref state) ^ Fnv1a(stream);
        return new(SplitMix64(ref state));
    }

    /// <summary>The next 64 random bits.</summary>
    public ulong NextUInt64()
    {
        unchecked
        {
            var result = BitOperations.RotateLeft(_s1 * 5, 7) * 9;
            var t = _s1 << 17;
            _s2 ^= _s0;
            _s3 ^= _s1;
            _s1 ^= _s2;
            _s0 ^= _s3;
            _s2 ^= t;
            _s3 = BitOperations.RotateLeft(_s3, 45);
            return result;
        }
    }

    /// <summary>Uniform in [0, 1): a multiple of 2⁻⁵³.</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform among 0, 1, …, <paramref name="count"/> − 1, without bias (Lemire, 2019).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The count is below 1.</exception>
    public long NextInt64(long count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        var n = (ulong)count;
        var high = Math.BigMul(NextUInt64(), n, out var low);
        if (low < n)
        {
            var threshold = unchecked(0UL - n) % n;
            while (low < threshold)
                high = Math.BigMul(NextUInt64(), n, out low);
        }

        return (long)high;
    }

    /// <summary>Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014.</summary>
    internal static ulong SplitMix64(ref ulong state)
    {
        unchecked
        {
            state += 0x9E3779B97F4A7C15;
            var z = state;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return z ^ (z >> 31);
        }
    }

    /// <summary>The 64-bit FNV-1a hash of the text's UTF-16 code units, low byte first.</summary>
    private static ulong Fnv1a(string text)
    {
        unchecked
        {
            var hash = 0xCBF29CE484222325;
            foreach (var c in text)
            {
                hash = (hash ^ (byte)c) * 0x100000001B3;
                hash = (hash ^ (byte)(c >> 8)) * 0x100000001B3;
            }

            return hash;
        }
    }
}
