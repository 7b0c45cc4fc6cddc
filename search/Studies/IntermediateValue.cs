namespace TuneGraph.Search;

/// <summary>The objectives as measured on the way.</summary>
/// <param name="Step">
/// After how many steps (epochs, rounds, folds), counted as the trial counts them; at least 0.
/// </param>
/// <param name="Values">Each objective there, always finite.</param>
public readonly record struct IntermediateValue(int Step, ValueList Values)
{
    /// <summary>The first objective there: the only one of most studies.</summary>
    public double Value => Values[0];
}
