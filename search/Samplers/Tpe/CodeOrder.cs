using System.Buffers;
using System.Numerics;

namespace TuneGraph.Search;

/// <summary>Orders codes in [0, 1], in linear time unless most of them are close together.</summary>
internal static class CodeOrder
{
    /// <summary>Up to so many in a bucket are moved about one by one.</summary>
    private const int Small = 48;

    /// <summary>Fills in the places of the codes in rising order; equal ones keep theirs.</summary>
    public static void Fill(ReadOnlySpan<double> codes, Span<int> order)
    {
        var buckets = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(codes.Length, 1));
        var rented = ArrayPool<int>.Shared.Rent(buckets + 1);
        var starts = rented.AsSpan(0, buckets + 1);
        starts.Clear();
        foreach (var code in codes)
            starts[BucketOf(code, buckets) + 1]++;
        for (var b = 0; b < buckets; b++)
            starts[b + 1] += starts[b];
        for (var k = 0; k < codes.Length; k++)
            order[starts[BucketOf(codes[k], buckets)]++] = k; // a start becomes the end of its bucket
        for (var b = 0; b < buckets; b++)
            Settle(codes, order[(b == 0 ? 0 : starts[b - 1])..starts[b]]);
        ArrayPool<int>.Shared.Return(rented);
    }

    private static int BucketOf(double code, int buckets) => Math.Clamp((int)(code * buckets), 0, buckets - 1);

    /// <summary>Orders one bucket, whose places are rising.</summary>
    private static void Settle(ReadOnlySpan<double> codes, Span<int> bucket)
    {
        if (bucket.Length > Small)
        {
            SettleLarge(codes, bucket);
            return;
        }

        for (var i = 1; i < bucket.Length; i++)
        {
            var (place, to) = (bucket[i], i);
            for (; to > 0 && codes[bucket[to - 1]] > codes[place]; to--)
                bucket[to] = bucket[to - 1];
            bucket[to] = place;
        }
    }

    private static void SettleLarge(ReadOnlySpan<double> codes, Span<int> bucket)
    {
        var rented = ArrayPool<double>.Shared.Rent(bucket.Length);
        var keys = rented.AsSpan(0, bucket.Length);
        var rising = true;
        for (var i = 0; i < keys.Length; i++)
        {
            keys[i] = codes[bucket[i]];
            rising &= i == 0 || keys[i - 1] <= keys[i];
        }

        if (!rising)
        {
            keys.Sort(bucket);
            for (var start = 0; start < keys.Length;)
            {
                // The sort leaves the order of equal ones open.
                var end = start + 1;
                while (end < keys.Length && keys[end] == keys[start])
                    end++;
                if (end - start > 1)
                    bucket[start..end].Sort();
                start = end;
            }
        }

        ArrayPool<double>.Shared.Return(rented);
    }
}
