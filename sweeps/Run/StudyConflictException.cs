namespace TuneGraph;

/// <summary>A study stands in the way: it exists already, or it is not the one that this sweep describes.</summary>
public sealed class StudyConflictException(string message) : TuneGraphException(message);
