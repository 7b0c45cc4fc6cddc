namespace TuneGraph.Training;

/// <summary>
/// Looks each feature of a vector up in a table: the features are whole numbers from 0 to count - 1, so the data must
/// not be standardized. Entries start normal with a variance of 1 / width.
/// </summary>
public sealed record EmbeddingSpec : LayerSpec
{
    /// <summary>Entries of the table, 1 to 16,777,216.</summary>
    public required int Count { get; init => field = Range(nameof(Count), value, 1, 1 << 24); }

    /// <summary>Width of an entry, which is the width of the tokens; 1 to 65,536.</summary>
    public required int Width { get; init => field = Range(nameof(Width), value, 1, MaxWidth); }
}
