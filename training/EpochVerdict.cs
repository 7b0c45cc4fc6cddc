namespace TuneGraph.Training;

/// <summary>What happens after an epoch, for all ranks alike.</summary>
public enum EpochVerdict
{
    /// <summary>Go on with the next epoch, if there is one.</summary>
    Continue,

    /// <summary>End the training here; the result is that of the epochs so far.</summary>
    Stop,
}
