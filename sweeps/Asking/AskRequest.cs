namespace TuneGraph;

/// <summary>Asks for trials.</summary>
/// <param name="Count">How many, from 1 to 1000.</param>
public sealed record AskRequest(int Count = 1);
