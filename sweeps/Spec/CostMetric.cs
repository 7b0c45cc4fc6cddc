namespace TuneGraph;

/// <summary>What a trial's cost is measured in.</summary>
public enum CostMetric
{
    /// <summary>The seconds for which it ran, times its ranks; waiting does not count.</summary>
    Seconds,

    /// <summary>The steps that it trained.</summary>
    Steps,

    /// <summary>
    /// Its steps times the numbers that its model learns: in proportion to the arithmetic, and the same on every
    /// machine. Of built-in models only.
    /// </summary>
    ParameterSteps,

    /// <summary>What its C# function tells by <see cref="TrialContext.Spend"/>.</summary>
    Told,
}
