namespace TuneGraph.Training;

/// <summary>What the values of a sample are.</summary>
internal enum ShapeKind
{
    Vector,
    Image,
    Sequence,
}

/// <summary>
/// The shape of one sample between two layers: planes of height * width values. A vector is one plane; the tokens of a
/// sequence are planes of one row.
/// </summary>
internal readonly record struct TensorShape(ShapeKind Kind, int Planes, int Height, int Width)
{
    /// <summary>True values per plane.</summary>
    public int PlaneSize => Height * Width;

    public static TensorShape Vector(int features) => new(ShapeKind.Vector, 1, 1, features);

    public static TensorShape Image(int channels, int height, int width) =>
        new(ShapeKind.Image, channels, height, width);

    public static TensorShape Sequence(int tokens, int width) => new(ShapeKind.Sequence, tokens, 1, width);

    /// <summary>True values of a sample.</summary>
    public long Size => (long)Planes * Height * Width;

    /// <summary>Elements from one plane to the next.</summary>
    public int Stride<T>()
        where T : unmanaged => Panels<T>.RoundUp(PlaneSize);

    /// <summary>Elements from one sample to the next.</summary>
    public nint Length<T>()
        where T : unmanaged => (nint)Planes * Stride<T>();

    /// <inheritdoc/>
    public override string ToString() => Kind switch
    {
        ShapeKind.Vector => $"a vector of {Width}",
        ShapeKind.Image => $"an image of {Planes} x {Height} x {Width}",
        _ => $"a sequence of {Planes} tokens of {Width}",
    };
}
