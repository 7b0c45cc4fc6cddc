namespace TuneGraph.Training;

/// <summary>Whether ranks exchange gradients while the backward pass still computes others.</summary>
public enum OverlapMode
{
    /// <summary>
    /// Where ranks talk by messages. Where they share memory, sums take less time than waking another thread for them.
    /// </summary>
    Auto,

    /// <summary>Yes.</summary>
    Always,

    /// <summary>No: after the backward pass.</summary>
    Never,
}
