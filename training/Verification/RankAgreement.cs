using System.Collections.Immutable;
using System.Numerics;
using System.Runtime.InteropServices;
using TuneGraph.Collectives;

namespace TuneGraph.Training;

/// <summary>Whether all ranks hold the same bits.</summary>
internal static class RankAgreement
{
    /// <summary>Compares a hash of each tensor over the ranks; a collective.</summary>
    /// <exception cref="RanksDifferException">A tensor differs; thrown on every rank.</exception>
    public static void Check<T>(
        ProcessGroup group, long step, ImmutableArray<TensorPlace> places, ReadOnlySpan<T> arena)
        where T : unmanaged
    {
        var mine = new long[places.Length];
        for (var i = 0; i < mine.Length; i++)
            mine[i] = HashOf(MemoryMarshal.AsBytes(arena.Slice(places[i].Range.Start, places[i].Range.Length)));
        Check(group, step, [.. places.Select(place => place.Name)], mine);
    }

    /// <summary>The same for the tensors of a model in a checkpoint.</summary>
    public static void Check(ProcessGroup group, long step, IReadOnlyList<SafeTensor> tensors) => Check(
        group, step, [.. tensors.Select(tensor => tensor.Name)], [.. tensors.Select(tensor => HashOf(tensor.Data))]);

    /// <summary>The ranks whose value is not that of most; of equally many, those with the lowest rank are
    /// right.</summary>
    public static ImmutableArray<int> Outliers(ReadOnlySpan<long> values)
    {
        var all = values.ToArray();
        var right = all.GroupBy(value => value).OrderByDescending(group => group.Count()).First().Key;
        return [.. Enumerable.Range(0, all.Length).Where(rank => all[rank] != right)];
    }

    private static void Check(ProcessGroup group, long step, string[] names, long[] mine)
    {
        var all = new long[mine.Length * group.WorldSize];
        group.AllGather<long>(mine, all);
        var values = new long[group.WorldSize];
        for (var i = 0; i < mine.Length; i++)
        {
            for (var rank = 0; rank < values.Length; rank++)
                values[rank] = all[(rank * mine.Length) + i];
            if (Outliers(values) is { IsEmpty: false } outliers)
                throw new RanksDifferException(step, names[i], outliers);
        }
    }

    /// <summary>Any change of one word changes it for certain: each step is a bijection of the sum so far.</summary>
    private static long HashOf(ReadOnlySpan<byte> bytes)
    {
        var hash = (ulong)bytes.Length;
        var words = MemoryMarshal.Cast<byte, uint>(bytes);
        foreach (var word in words)
            hash = BitOperations.RotateLeft((hash ^ word) * 0x9E3779B97F4A7C15, 29);
        return (long)hash;
    }
}
