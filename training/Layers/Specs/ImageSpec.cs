namespace TuneGraph.Training;

/// <summary>Reads a vector as an image: channel after channel, row after row.</summary>
public sealed record ImageSpec : LayerSpec
{
    /// <summary>Channels, 1 to 65,536.</summary>
    public required int Channels { get; init => field = Range(nameof(Channels), value, 1, MaxWidth); }

    /// <summary>Rows, 1 to 65,536.</summary>
    public required int Height { get; init => field = Range(nameof(Height), value, 1, MaxWidth); }

    /// <summary>Columns, 1 to 65,536.</summary>
    public required int Width { get; init => field = Range(nameof(Width), value, 1, MaxWidth); }
}
