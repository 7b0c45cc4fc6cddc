namespace TuneGraph;

/// <summary>State of a whole study.</summary>
public enum StudyState
{
    /// <summary>A process works on it, or died while it did.</summary>
    Running,

    /// <summary>It was told to stop before its budget was spent, and can go on.</summary>
    Interrupted,

    /// <summary>Its budget is spent and its results are written.</summary>
    Finished,

    /// <summary>It ended without a result; the reason is kept.</summary>
    Failed,
}
