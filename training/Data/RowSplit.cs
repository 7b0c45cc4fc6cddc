using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace TuneGraph.Training;

/// <summary>Which rows train, validate and test; each list ascending.</summary>
internal sealed record RowSplit(ImmutableArray<int> Train, ImmutableArray<int> Validation, ImmutableArray<int> Test)
{
    /// <summary>Splits at random; with labels, every class in its proportion.</summary>
    /// <param name="spec">Shares and seed.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="labels">Class per row; empty to split without regard to classes.</param>
    /// <param name="classes">Names of the classes.</param>
    /// <exception cref="DataException">There are too few rows of some kind.</exception>
    public static RowSplit Make(DataSpec spec, int rows, ReadOnlySpan<int> labels, ImmutableArray<string> classes)
    {
        var groups = Group(rows, labels, classes.Length);
        for (var g = 0; g < groups.Length && !labels.IsEmpty; g++)
        {
            if (groups[g].Count < 2)
            {
                throw new DataException(spec.Path, $"the class '{classes[g]}' has a single row, so it cannot be in "
                    + "both train and validation. Add rows, remove it, or set stratify: false.");
            }
        }
        var available = new int[groups.Length];
        for (var g = 0; g < groups.Length; g++)
            available[g] = groups[g].Count;
        var test = Allot(available, spec.Test, rows, keep: 2);
        var validation = Allot(available, spec.Validation, rows, keep: 1);

        List<int> trainRows = [], validationRows = [], testRows = [];
        for (var g = 0; g < groups.Length; g++)
        {
            var order = CollectionsMarshal.AsSpan(groups[g]);
            RandomStream.Split(spec.Seed, g).Shuffle(order);
            testRows.AddRange(order[..test[g]]);
            validationRows.AddRange(order.Slice(test[g], validation[g]));
            trainRows.AddRange(order[(test[g] + validation[g])..]);
        }
        CheckSizes(spec, trainRows.Count, validationRows.Count, testRows.Count);
        return new RowSplit(Ascending(trainRows), Ascending(validationRows), Ascending(testRows));
    }

    private static List<int>[] Group(int rows, ReadOnlySpan<int> labels, int classes)
    {
        var groups = new List<int>[labels.IsEmpty ? 1 : classes];
        for (var g = 0; g < groups.Length; g++)
            groups[g] = [];
        for (var row = 0; row < rows; row++)
            groups[labels.IsEmpty ? 0 : labels[row]].Add(row);
        return groups;
    }

    /// <summary>
    /// Takes round(share * rows) rows from the groups, by largest remainder, and leaves at least
    /// <paramref name="keep"/> in each group that has as many. What is taken is no longer available.
    /// </summary>
    private static int[] Allot(int[] available, double share, int rows, int keep)
    {
        var taken = new int[available.Length];
        var remainders = new double[available.Length];
        var byRemainder = new int[available.Length];
        var missing = (int)Math.Round(share * rows, MidpointRounding.AwayFromZero);
        var (wanted, total) = (missing, 0);
        foreach (var size in available)
            total += size;
        for (var g = 0; g < available.Length; g++)
        {
            var quota = (double)available[g] * wanted / Math.Max(1, total);
            taken[g] = Math.Min((int)quota, Math.Max(0, available[g] - keep));
            remainders[g] = quota - taken[g];
            byRemainder[g] = g;
            missing -= taken[g];
        }
        Array.Sort(byRemainder, (a, b) =>
            remainders[a] == remainders[b] ? a.CompareTo(b) : remainders[b].CompareTo(remainders[a]));
        for (var before = -1; missing > 0 && missing != before;)
        {
            before = missing;
            foreach (var g in byRemainder)
            {
                if (missing > 0 && available[g] - taken[g] > keep)
                {
                    taken[g]++;
                    missing--;
                }
            }
        }
        for (var g = 0; g < available.Length; g++)
            available[g] -= taken[g];
        return taken;
    }

    private static ImmutableArray<int> Ascending(List<int> rows)
    {
        rows.Sort();
        return [.. rows];
    }

    private static void CheckSizes(DataSpec spec, int train, int validation, int test)
    {
        var empty = train < 1 ? "train" : validation < 1 ? "validation" : spec.Test > 0 && test < 1 ? "test" : null;
        if (empty is null)
            return;
        throw new DataException(spec.Path, $"{train + validation + test} rows are too few for a split of "
            + $"{spec.Train:0.###} train, {spec.Validation:0.###} validation, {spec.Test:0.###} test: {empty} would "
            + "get no row. Add rows or change the shares.");
    }
}
