namespace TuneGraph.Search;

/// <summary>A search space is contradictory, or a configuration does not fit it.</summary>
/// <param name="parameter">The name of the parameter at fault.</param>
/// <param name="message">What is wrong, what is allowed, and the way out.</param>
public sealed class SearchSpaceException(string parameter, string message) : Exception(message)
{
    /// <summary>The name of the parameter at fault.</summary>
    public string Parameter { get; } = parameter;
}
