namespace TuneGraph.Training;

/// <summary>Four numbers that a device loads and stores at once. Lies at multiples of four elements.</summary>
internal struct Float4(float x, float y, float z, float w)
{
    public float X = x, Y = y, Z = z, W = w;

    public static Float4 operator +(Float4 a, Float4 b) => new(a.X + b.X, a.Y + b.Y, a.Z + b.Z, a.W + b.W);

    public static Float4 operator -(Float4 a, Float4 b) => new(a.X - b.X, a.Y - b.Y, a.Z - b.Z, a.W - b.W);

    public static Float4 operator *(Float4 a, Float4 b) => new(a.X * b.X, a.Y * b.Y, a.Z * b.Z, a.W * b.W);

    public static Float4 operator *(float a, Float4 b) => new(a * b.X, a * b.Y, a * b.Z, a * b.W);

    /// <summary>The same number four times.</summary>
    public static Float4 Of(float value) => new(value, value, value, value);

    /// <summary>What is negative becomes 0; NaN stays.</summary>
    public readonly Float4 Relu() => new(X < 0 ? 0 : X, Y < 0 ? 0 : Y, Z < 0 ? 0 : Z, W < 0 ? 0 : W);
}
