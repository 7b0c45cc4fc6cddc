using System.Collections.Immutable;

namespace TuneGraph;

/// <summary>A graph file cannot be used; <see cref="Diagnostics"/> holds every mistake that was found in it.</summary>
/// <param name="diagnostics">What was found; at least one.</param>
public sealed class GraphFileException(ImmutableArray<Diagnostic> diagnostics)
    : TuneGraphException(string.Join('\n', diagnostics))
{
    /// <summary>The mistakes in the order of the file, 100 at most.</summary>
    public ImmutableArray<Diagnostic> Diagnostics { get; } = diagnostics;
}
