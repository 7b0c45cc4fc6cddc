namespace TuneGraph.Search;

/// <summary>
/// Halton's sequence (1960): dimension d holds the radical inverses in the d-th prime. Scrambled as in Owen, "A
/// randomized Halton algorithm in R" (arXiv 1706.02808): a random permutation for each dimension and place of a digit,
/// leading zeros included.
/// </summary>
/// <param name="seed">What the scrambling begins with; null for the plain sequence, which starts at the origin.</param>
internal sealed class HaltonSequence(ulong? seed) : PointSequence
{
    private readonly List<int> _primes = [];
    private readonly List<int[][]> _permutations = []; // [dimension][place of the digit][digit]

    public override double At(int dimension, long index)
    {
        while (_primes.Count <= dimension)
            AddDimension();
        var (radix, scale, sum) = (_primes[dimension], 1.0, 0.0);
        var permutations = _permutations[dimension];
        for (var place = 0; place < permutations.Length || (seed is null && index > 0); place++)
        {
            var digit = (int)(index % radix);
            index /= radix;
            scale /= radix;
            sum += scale * (seed is null ? digit : permutations[place][digit]);
        }

        return Math.Min(sum, BelowOne);
    }

    private static double BelowOne { get; } = Math.BitDecrement(1.0);

    private void AddDimension()
    {
        var prime = _primes.Count == 0 ? 2 : _primes[^1] + 1;
        while (_primes.Exists(p => prime % p == 0))
            prime++;
        // As many digits as matter beside 2⁻⁵³.
        var places = seed is null ? 0 : (int)Math.Ceiling(53 / Math.Log2(prime));
        var permutations = new int[places][];
        var random = SearchRandom.For(seed ?? 0, _primes.Count, "halton digits");
        for (var place = 0; place < places; place++)
            permutations[place] = Permutation(prime, random);
        _primes.Add(prime);
        _permutations.Add(permutations);
    }

    private static int[] Permutation(int count, SearchRandom random)
    {
        var items = new int[count];
        for (var i = 0; i < count; i++)
        {
            var j = (int)random.NextInt64(i + 1);
            items[i] = items[j];
            items[j] = i;
        }

        return items;
    }
}
