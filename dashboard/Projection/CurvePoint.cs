using TuneGraph.Search;

namespace TuneGraph.Dashboard;

/// <summary>What a trial reported after a step.</summary>
/// <param name="Step">Finished steps.</param>
/// <param name="Value">The first objective.</param>
/// <param name="Metrics">Everything measured, if anything was.</param>
/// <param name="At">When.</param>
internal readonly record struct CurvePoint(int Step, double Value, StepMetrics? Metrics, DateTimeOffset At)
{
    /// <summary>The steps among events of a log, by their trials.</summary>
    public static ILookup<int, CurvePoint> Of(IEnumerable<LoggedEvent> log) =>
        (from logged in log
         let step = logged.Event as StepReported
         where step is not null
         select (step.Number, Point: new CurvePoint(step.Step, step.Value, logged.Metrics, logged.At)))
        .ToLookup(item => item.Number, item => item.Point);
}
