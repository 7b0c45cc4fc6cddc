using System.Collections.Immutable;

namespace TuneGraph;

/// <summary>A sweep file cannot be used; <see cref="Diagnostics"/> holds every mistake that was found in it.</summary>
public sealed class SweepFileException : TuneGraphException
{
    /// <summary>Made from everything that was found; at least one diagnostic.</summary>
    public SweepFileException(ImmutableArray<Diagnostic> diagnostics)
        : base(string.Join('\n', diagnostics)) =>
        Diagnostics = diagnostics;

    /// <summary>The mistakes in the order of the file, 100 at most.</summary>
    public ImmutableArray<Diagnostic> Diagnostics { get; }
}
