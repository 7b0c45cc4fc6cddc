namespace TuneGraph.Training;

/// <summary>In which order workers are done with a step.</summary>
public enum ArrivalOrder
{
    /// <summary>One after the other, again and again.</summary>
    RoundRobin,

    /// <summary>Each time any of those at work: steps of exponentially distributed length.</summary>
    Random,
}
