namespace TuneGraph.Training;

/// <summary>Images that are convolved: [count, channels, plane stride].</summary>
internal unsafe struct Images<T>
    where T : unmanaged
{
    public required T* Values;
    public required int Count;
    public required Window Window;

    /// <summary>From one row of an image's columns to the next.</summary>
    public required nint ColumnStride;

    /// <summary>From one image's outputs to the next.</summary>
    public required nint OutputStep;

    /// <summary>Elements of an image.</summary>
    public readonly nint Length => (nint)Window.Channels * Window.PlaneStride;

    /// <summary>Elements of its columns.</summary>
    public readonly nint ColumnLength => Window.Depth * ColumnStride;
}
