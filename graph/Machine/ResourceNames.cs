namespace TuneGraph.Graph;

/// <summary>Turns resource vectors into arrays of whole numbers: exact sums, however often a task comes and goes.</summary>
internal sealed class ResourceNames
{
    /// <summary>Cores and named amounts are kept in thousandths.</summary>
    private const double Thousand = 1000;

    private static readonly string[] _builtIn = ["cores", "bytes of memory", "accelerators"];

    private readonly List<string> _names = [.. _builtIn];

    /// <summary>How many resources are known.</summary>
    public int Count => _names.Count;

    public string NameOf(int index) => _names[index];

    /// <summary>The amount at an index, in the unit that people use.</summary>
    public static double InUnits(int index, long amount) => index is 1 or 2 ? amount : amount / Thousand;

    /// <summary>
    /// Amounts by index, without zeros at the end. So a need that fits on a worker has no index that the worker's own
    /// arrays lack, however many resources have become known since it joined.
    /// </summary>
    public long[] AmountsOf(ResourceVector vector)
    {
        if (vector.IsNone)
            return [];
        foreach (var name in vector.Named.Keys)
        {
            if (IndexOf(name) < 0)
                _names.Add(name);
        }
        var amounts = new long[_names.Count];
        amounts[0] = InThousandths(vector.Cores);
        amounts[1] = vector.MemoryBytes;
        amounts[2] = vector.Accelerators;
        foreach (var (name, amount) in vector.Named)
            amounts[IndexOf(name)] = InThousandths(amount);
        return amounts.AsSpan().TrimEnd(0L).ToArray();
    }

    private static long InThousandths(double amount) => (long)Math.Round(amount * Thousand);

    private int IndexOf(string name) => _names.IndexOf(name, _builtIn.Length);
}
