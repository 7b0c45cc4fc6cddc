namespace TuneGraph.Search;

/// <summary>Which values of the objective are better.</summary>
public enum Direction
{
    /// <summary>Smaller is better, as with a loss.</summary>
    Minimize,

    /// <summary>Larger is better, as with an accuracy.</summary>
    Maximize,
}
