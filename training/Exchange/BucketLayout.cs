using System.Collections.Immutable;

namespace TuneGraph.Training;

/// <summary>Cuts an arena into buckets.</summary>
internal static unsafe class BucketLayout
{
    /// <summary>The buckets of a model, in forward order.</summary>
    /// <param name="spec">How long they are.</param>
    /// <param name="plan">The arena.</param>
    /// <param name="worldSize">Number of ranks.</param>
    public static ImmutableArray<ArenaRange> Of<T>(ExchangeSpec spec, ArenaPlan plan, int worldSize)
        where T : unmanaged
    {
        if (spec.Compression.Kind == CompressionKind.PowerSgd)
            return Tensors(spec.Compression, plan);
        var unit = plan.PanelWidth * (spec.Zero > 0 ? worldSize : 1);
        return Cut<T>(spec, new ArenaRange(0, plan.Length), unit);
    }

    /// <summary>
    /// Cuts from the end, so that what is left over, the shortest part, is at the start: the last to be exchanged,
    /// which nothing hides.
    /// </summary>
    /// <param name="spec">How long the parts are.</param>
    /// <param name="whole">What is cut; a multiple of the unit.</param>
    /// <param name="unit">Every part is a multiple of it.</param>
    public static ImmutableArray<ArenaRange> Cut<T>(ExchangeSpec spec, ArenaRange whole, int unit)
        where T : unmanaged
    {
        var length = Math.Max(1, spec.BucketBytes / (sizeof(T) * unit)) * unit;
        var parts = new List<ArenaRange>();
        for (var end = whole.Start + whole.Length; end > whole.Start; end -= length)
        {
            var start = Math.Max(whole.Start, end - length);
            parts.Add(new ArenaRange(start, end - start));
        }
        parts.Reverse();
        return [.. parts];
    }

    /// <summary>A bucket for each matrix worth a low rank; what lies between two of them is one.</summary>
    private static ImmutableArray<ArenaRange> Tensors(CompressionSpec spec, ArenaPlan plan)
    {
        var buckets = new List<ArenaRange>();
        var start = 0;
        foreach (var place in plan.Parameters.Where(place => CompressedReducer.HasLowRank(spec, place)))
        {
            if (place.Range.Start > start)
                buckets.Add(new ArenaRange(start, place.Range.Start - start));
            buckets.Add(place.Range);
            start = place.Range.Start + place.Range.Length;
        }
        if (plan.Length > start)
            buckets.Add(new ArenaRange(start, plan.Length - start));
        return [.. buckets];
    }
}
