using TuneGraph.Collectives;

namespace TuneGraph.Training;

/// <summary>Makes what compresses one bucket.</summary>
internal static class CompressedReducer
{
    /// <exception cref="ArgumentException">The elements are not float32.</exception>
    public static GradientReducer<T> Of<T>(CompressionSpec spec, ArenaRange bucket, ArenaPlan plan, ProcessGroup group)
        where T : unmanaged
    {
        if (typeof(T) != typeof(float))
        {
            throw new ArgumentException(
                $"Compression ({spec.Kind}) is for float32; train in float64 without it.", nameof(spec));
        }
        GradientReducer<float> reducer = spec.Kind switch
        {
            CompressionKind.TopK => new TopKReducer(bucket.Length, spec.Fraction, (float)spec.Momentum),
            CompressionKind.PowerSgd => LowRank(spec, bucket, plan),
            _ => new QuantizedReducer(bucket.Length, Quantizer(spec), group.Rank, group.WorldSize),
        };
        return (GradientReducer<T>)(object)reducer;
    }

    /// <summary>Whether the two thin matrices are shorter than the tensor.</summary>
    public static bool HasLowRank(CompressionSpec spec, TensorPlace place) =>
        place.PanelDepth > 0 && (long)spec.Rank * (place.PanelDepth + Width(place)) < place.Range.Length;

    private static int Width(TensorPlace place) => place.Range.Length / place.PanelDepth;

    private static GradientReducer<float> LowRank(CompressionSpec spec, ArenaRange bucket, ArenaPlan plan)
    {
        var place = plan.Parameters.FirstOrDefault(place => place.Range == bucket);
        return place is not null && HasLowRank(spec, place)
            ? new PowerSgdReducer(bucket.Length, spec.Rank, Width(place), blockColumns: place.PanelWidth)
            : new DenseReducer<float>(bucket.Length);
    }

    private static Quantizer Quantizer(CompressionSpec spec) => spec.Kind switch
    {
        CompressionKind.Float16 => new Float16Quantizer(),
        CompressionKind.BFloat16 => new BFloat16Quantizer(),
        CompressionKind.OneBit => new OneBitQuantizer(),
        CompressionKind.TwoBit => new TwoBitQuantizer((float)spec.Threshold),
        _ => throw new System.Diagnostics.UnreachableException($"Unhandled compression {spec.Kind}."),
    };
}
