namespace TuneGraph.Training;

/// <summary>In which order workers are done with a step.</summary>
public enum ArrivalOrder
{
    /// <summary>One after the other, again and again.</summary>
    RoundRobin,

    /// <summary>Each time any of those at work: steps of exponentially distributed length.</summary>
    Random,

    /// <summary>
    /// As they are: whoever is done first is served first, and takes what is next of the epoch. Nobody waits for a slow
    /// worker but at the end of an epoch; two runs differ.
    /// </summary>
    Live,
}
