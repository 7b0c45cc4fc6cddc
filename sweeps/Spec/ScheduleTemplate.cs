using TuneGraph.Search;
using TuneGraph.Training;

namespace TuneGraph;

/// <summary>
/// A schedule of the learning rate whose settings may be searched over. Ranges and defaults are those of <see
/// cref="ScheduleSpec"/>.
/// </summary>
public sealed record ScheduleTemplate
{
    /// <summary>The shape. Default constant.</summary>
    public Knob<ScheduleKind> Kind { get; init; } = ScheduleKind.Constant;

    /// <summary>Epochs between two changes of a step schedule, at least 1. Default 10.</summary>
    public Knob<int> StepEpochs { get; init; } = 10;

    /// <summary>Factor of a step schedule, above 0 and at most 1. Default 0.1.</summary>
    public Knob<double> Factor { get; init; } = 0.1;

    /// <summary>Share of the rate at which a cosine ends, from 0 (included) to 1 (excluded). Default 0.</summary>
    public Knob<double> Final { get; init; } = 0.0;

    /// <summary>Epochs of linear warm-up, at least 0. Default 0.</summary>
    public Knob<double> WarmupEpochs { get; init; } = 0.0;

    /// <summary>Batch size that the learning rate is meant for; 0, the default, does not scale it.</summary>
    public Knob<int> ReferenceBatch { get; init; } = 0;

    /// <summary>The schedule of one configuration.</summary>
    public ScheduleSpec In(Configuration configuration) =>
        new()
        {
            Kind = Kind.In(configuration),
            StepEpochs = StepEpochs.In(configuration),
            Factor = Factor.In(configuration),
            Final = Final.In(configuration),
            WarmupEpochs = WarmupEpochs.In(configuration),
            ReferenceBatch = ReferenceBatch.In(configuration),
        };

    internal IEnumerable<string?> References =>
    [
        Kind.Parameter, StepEpochs.Parameter, Factor.Parameter, Final.Parameter, WarmupEpochs.Parameter,
        ReferenceBatch.Parameter,
    ];
}
