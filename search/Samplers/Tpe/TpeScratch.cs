namespace TuneGraph.Search;

/// <summary>
/// Arrays for one proposal, used again for the next: each is asked for in the same order, so that soon all are large
/// enough. What they hold means nothing beyond the proposal.
/// </summary>
internal sealed class TpeScratch
{
    private readonly List<double[]> _doubles = [];
    private readonly List<int[]> _integers = [];
    private int _nextDoubles;
    private int _nextIntegers;

    /// <summary>Everything that was lent comes back.</summary>
    public void Reset() => _nextDoubles = _nextIntegers = 0;

    /// <summary>An array of at least this length, with anything in it.</summary>
    public double[] Doubles(int length) => Take(_doubles, _nextDoubles++, length);

    /// <summary>An array of at least this length, with anything in it.</summary>
    public int[] Integers(int length) => Take(_integers, _nextIntegers++, length);

    private static T[] Take<T>(List<T[]> arrays, int place, int length)
    {
        if (place == arrays.Count)
            arrays.Add([]);
        if (arrays[place].Length < length)
            arrays[place] = new T[length + (length / 4) + 16];
        return arrays[place];
    }
}
