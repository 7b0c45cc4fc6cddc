namespace TuneGraph.Training;

/// <summary>
/// What ranks send instead of their gradients. Whatever is left out is kept and added to the next one.
/// </summary>
public enum CompressionKind
{
    /// <summary>The gradients themselves.</summary>
    None,

    /// <summary>IEEE half precision: half the bytes.</summary>
    Float16,

    /// <summary>The upper halves of float32: half the bytes.</summary>
    BFloat16,

    /// <summary>Signs and two means per 512 elements: Seide et al. 2014. About a thirtieth of the bytes.</summary>
    OneBit,

    /// <summary>Above, below or within a threshold, as MXNet does: a sixteenth of the bytes.</summary>
    TwoBit,

    /// <summary>The largest elements only; with momentum deep gradient compression, Lin et al. 2018.</summary>
    TopK,

    /// <summary>A product of two thin matrices per weight matrix: Vogels et al. 2019. Vectors are sent whole.</summary>
    PowerSgd,
}
