namespace TuneGraph;

/// <summary>A printed line as a store gives it back.</summary>
/// <param name="Place">Where it stands among all that the study's trials printed: it grows from line to line.</param>
/// <param name="At">When it was kept.</param>
/// <param name="Trial">The trial.</param>
/// <param name="TaskKey">Key of the task.</param>
/// <param name="Attempt">Number of the attempt at that task.</param>
/// <param name="Before">Characters that the attempt had printed before it, kept or not.</param>
/// <param name="Line">The line.</param>
public sealed record StoredLine(
    long Place, DateTimeOffset At, int Trial, string TaskKey, int Attempt, long Before, PrintedLine Line);
