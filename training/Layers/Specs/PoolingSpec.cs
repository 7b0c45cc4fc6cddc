namespace TuneGraph.Training;

/// <summary>How the values under a window become one.</summary>
public enum PoolingKind
{
    /// <summary>The largest.</summary>
    Max,

    /// <summary>The mean.</summary>
    Average,
}

/// <summary>Shrinks each channel of an image by taking one value of every window.</summary>
public sealed record PoolingSpec : LayerSpec
{
    /// <summary>What is taken. Default: the largest.</summary>
    public PoolingKind Kind { get; init; } = PoolingKind.Max;

    /// <summary>Rows and columns of the window, 1 to 64. Default: 2.</summary>
    public int Size { get; init => field = Range(nameof(Size), value, 1, 64); } = 2;

    /// <summary>From one window to the next, 1 to 64; 0, the default, stands for <see cref="Size"/>.</summary>
    public int Stride { get; init => field = Range(nameof(Stride), value, 0, 64); }
}
