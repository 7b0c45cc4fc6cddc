namespace TuneGraph.Training;

/// <summary>How a square window slides over the planes of an image.</summary>
/// <param name="Channels">Planes of the image.</param>
/// <param name="Height">Rows of a plane.</param>
/// <param name="Width">Columns of a plane.</param>
/// <param name="PlaneStride">Elements from one plane to the next.</param>
/// <param name="Size">Rows and columns of the window.</param>
/// <param name="Step">From one place of the window to the next, both ways.</param>
/// <param name="Padding">Zeros around each plane.</param>
internal readonly record struct Window(
    int Channels, int Height, int Width, int PlaneStride, int Size, int Step, int Padding)
{
    /// <summary>Places of the window from top to bottom.</summary>
    public int OutputHeight => ((Height + (2 * Padding) - Size) / Step) + 1;

    /// <summary>Places of the window from left to right.</summary>
    public int OutputWidth => ((Width + (2 * Padding) - Size) / Step) + 1;

    /// <summary>Elements under the window over all planes.</summary>
    public int Depth => Channels * Size * Size;

    /// <summary>The start of the plane, and the window's row and column, of a row of unfolded columns.</summary>
    public (nint Plane, int Row, int Column) Place(int row)
    {
        var (channel, within) = Math.DivRem(row, Size * Size);
        return ((nint)channel * PlaneStride, within / Size, within % Size);
    }

    /// <summary>The places x from which the window's column <paramref name="k"/> lies inside the plane.</summary>
    public (int From, int End) Inside(int k, int size, int places)
    {
        var from = Math.Max(0, (Padding - k + Step - 1) / Step);
        var end = Math.Min(places, ((size - 1 + Padding - k) / Step) + 1);
        return (Math.Min(from, places), Math.Max(Math.Min(from, places), size - 1 + Padding - k < 0 ? 0 : end));
    }
}
