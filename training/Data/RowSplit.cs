using System.Collections.Immutable;

namespace TuneGraph.Training;

/// <summary>Which rows train, validate and test; each list ascending.</summary>
internal sealed record RowSplit(ImmutableArray<int> Train, ImmutableArray<int> Validation, ImmutableArray<int> Test)
{
    /// <summary>Splits at random; with labels, every class in its proportion.</summary>
    /// <param name="spec">Shares and seed.</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="labels">Class per row; empty to split without regard to classes.</param>
    /// <param name="classes">Names of the classes, for messages.</param>
    /// <exception cref="DataException">There are too few rows of some kind.</exception>
    public static RowSplit Make(
        DataSpec spec, int rows, ReadOnlySpan<int> labels, ImmutableArray<string> classes)
    {
        var groups = Group(rows, labels, classes.Length);
        for (var i = 0; i < groups.Length && !labels.IsEmpty; i++)
        {
            if (groups[i].Count < 2)
            {
                throw new DataException(spec.Path, $"the class '{classes[i]}' has a single row, so it cannot be in both "
                    + "train and validation. Add rows, remove it, or set stratify: false.");
            }
        }
        int[] sizes = [.. groups.Select(group => group.Count)];
        var test = Allot(sizes, spec.Test, rows, keep: 2);
        var validation = Allot([.. sizes.Zip(test, (size, taken) => size - taken)], spec.Validation, rows, keep: 1);
        CheckSizes(spec, rows, validation.Sum(), test.Sum());

        var parts = new List<int>[] { [], [], [] };
        for (var g = 0; g < groups.Length; g++)
        {
            var order = groups[g].ToArray();
            RandomStream.Split(spec.Seed, g).Shuffle(order);
            parts[2].AddRange(order.AsSpan(0, test[g]));
            parts[1].AddRange(order.AsSpan(test[g], validation[g]));
            parts[0].AddRange(order.AsSpan(test[g] + validation[g]));
        }
        return new RowSplit([.. parts[0].Order()], [.. parts[1].Order()], [.. parts[2].Order()]);
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
    /// <paramref name="keep"/> in each group that has as many.
    /// </summary>
    private static int[] Allot(int[] available, double share, int rows, int keep)
    {
        var wanted = (int)Math.Round(share * rows, MidpointRounding.AwayFromZero);
        var total = Math.Max(1, available.Sum());
        var quotas = available.Select(size => (double)size * wanted / total).ToArray();
        var taken = quotas.Select((quota, g) => Math.Min((int)quota, Math.Max(0, available[g] - keep))).ToArray();
        var byRemainder = Enumerable.Range(0, quotas.Length).OrderByDescending(g => quotas[g] - taken[g]).ToArray();
        for (var missing = wanted - taken.Sum(); missing > 0;)
        {
            var before = missing;
            foreach (var g in byRemainder)
            {
                if (missing > 0 && available[g] - taken[g] > keep)
                {
                    taken[g]++;
                    missing--;
                }
            }
            if (missing == before)
                break;
        }
        return taken;
    }

    private static void CheckSizes(DataSpec spec, int rows, int validation, int test)
    {
        var train = rows - validation - test;
        var empty = train < 1 ? "train" : validation < 1 ? "validation" : spec.Test > 0 && test < 1 ? "test" : null;
        if (empty is null)
            return;
        throw new DataException(spec.Path, $"{rows} rows are too few for a split of {spec.Train:0.###} train, "
            + $"{spec.Validation:0.###} validation, {spec.Test:0.###} test: {empty} would get no row. "
            + "Add rows or change the shares.");
    }
}
