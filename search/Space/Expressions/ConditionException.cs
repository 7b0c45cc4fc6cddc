namespace TuneGraph.Search;

/// <summary>The text of a condition cannot be read.</summary>
/// <param name="text">The text.</param>
/// <param name="position">Where the mistake stands in it, from 0.</param>
/// <param name="problem">What is wrong there, and the way out.</param>
public sealed class ConditionException(string text, int position, string problem)
    : FormatException($"The condition \"{text}\" cannot be read at character {position + 1}: {problem}.")
{
    /// <summary>Where the mistake stands in the text, from 0; the text's length for its end.</summary>
    public int Position { get; } = position;

    /// <summary>What is wrong there, and the way out: the message without the text.</summary>
    public string Problem { get; } = problem;
}
