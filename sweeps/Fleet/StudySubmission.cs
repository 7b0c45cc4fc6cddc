using System.Collections.Immutable;

namespace TuneGraph;

/// <summary>What is submitted to a scheduler.</summary>
/// <param name="Sweep">The sweep file's text.</param>
/// <param name="Data">Its data file first, then those that belong to it; they were uploaded before.</param>
/// <param name="Seed">A seed instead of the sweep's; null for the sweep's.</param>
internal sealed record StudySubmission(string Sweep, ImmutableArray<ArtifactFile> Data, ulong? Seed = null)
{
    /// <summary>How its bounds were changed since; null while they were not.</summary>
    public StudyChange? Change { get; init; }
}
