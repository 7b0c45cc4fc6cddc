namespace TuneGraph.Dashboard;

/// <summary>
/// What of a study is read when a page shows it and kept by none: most of what a large study holds are the steps of
/// trials at which nobody looks.
/// </summary>
internal interface IStudyDepth
{
    /// <summary>The reported steps of some trials, in their order.</summary>
    ILookup<int, CurvePoint> Curves(IReadOnlyCollection<int> trials);

    /// <summary>The steps of all trials whose times are known.</summary>
    ILookup<int, CurvePoint> TimedSteps();

    /// <summary>The study with its tasks and attempts, and without its log.</summary>
    StoredStudy Work();
}

/// <summary>A study that was read as a whole.</summary>
internal sealed class WholeStudy(StoredStudy study) : IStudyDepth
{
    public ILookup<int, CurvePoint> Curves(IReadOnlyCollection<int> trials) =>
        CurvePoint.Of(study.Log.Where(logged => trials.Contains(logged.Event.Number)));

    public ILookup<int, CurvePoint> TimedSteps() =>
        CurvePoint.Of(study.Log.Where(logged => logged.Metrics?.Times is not null));

    public StoredStudy Work() => study;
}
