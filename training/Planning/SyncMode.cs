namespace TuneGraph.Training;

/// <summary>How closely ranks wait for each other.</summary>
public enum SyncMode
{
    /// <summary>Every step.</summary>
    Synchronous,

    /// <summary>Some steps apart at most.</summary>
    BoundedStaleness,

    /// <summary>Every few steps, with a model of their own between.</summary>
    LocalSteps,
}
