namespace TuneGraph.Cli;

/// <summary>There is no study where the user pointed.</summary>
internal sealed class StudyNotFoundException(string message) : TuneGraphException(message);
