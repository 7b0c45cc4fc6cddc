using TuneGraph.Search;
using TuneGraph.Training;

namespace TuneGraph;

/// <summary>How each trial of a built-in model is trained; the settings marked as knobs may be searched over.</summary>
public sealed record TrainingTemplate
{
    /// <summary>
    /// Epochs of a trial that is never stopped early. At least 1; default 20. One epoch is one step of the study.
    /// </summary>
    public int Epochs
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, nameof(Epochs));
            field = value;
        }
    } = 20;

    /// <summary>Samples in one update, over all ranks together. At least 1; default 32.</summary>
    public Knob<int> BatchSize { get; init; } = 32;

    /// <summary>The loss; by default cross-entropy for classes and squared error for numbers.</summary>
    public LossKind Loss { get; init; } = LossKind.Auto;

    /// <summary>Where Huber's loss goes from squares to lines; above 0. Default 1. Ignored by other losses.</summary>
    public Knob<double> HuberDelta { get; init; } = 1.0;

    /// <summary>Passes over which one update is spread to save memory. At least 1; default 1.</summary>
    public Knob<int> Accumulation { get; init; } = 1;

    /// <summary>What the trials train on. Default: the CPU.</summary>
    public DeviceName Device { get; init; } = DeviceName.Cpu;

    /// <summary>Bits of weights and of values between layers. Default: float32.</summary>
    public Knob<Precision> Precision { get; init; } = Training.Precision.Float32;

    /// <summary>Whether CUDA devices may round the factors of float32 products to tf32. Default: false.</summary>
    public Knob<bool> Tf32 { get; init; } = false;

    /// <summary>How the learning rate changes. Default: not at all.</summary>
    public ScheduleTemplate Schedule { get; init; } = new();

    /// <summary>The optimizer.</summary>
    public OptimizerTemplate Optimizer { get; init; } = new();

    /// <summary>How the ranks of one trial work together.</summary>
    public ParallelSpec Parallel { get; init; } = new();

    /// <summary>
    /// Batches that another thread gathers ahead of the step that needs them, 0 to 64; default 0. The result is the
    /// same bits for any number.
    /// </summary>
    public int Prefetch
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 0, nameof(Prefetch));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 64, nameof(Prefetch));
            field = value;
        }
    }

    /// <summary>When a trial ends by itself; null, the default, for never before its last epoch.</summary>
    public EarlyStoppingSpec? EarlyStopping { get; init; }

    /// <summary>
    /// A checkpoint is kept after every so many epochs, and always at the end of a segment. At least 1; default 1.
    /// </summary>
    public int CheckpointEverySteps
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, nameof(CheckpointEverySteps));
            field = value;
        }
    } = 1;

    /// <summary>The training of one configuration.</summary>
    public TrainingSpec In(ModelTemplate model, Configuration configuration, ulong seed) =>
        new()
        {
            Model = model.In(configuration),
            Optimizer = Optimizer.In(configuration),
            Schedule = Schedule.In(configuration),
            Loss = Loss,
            HuberDelta = HuberDelta.In(configuration),
            Accumulation = Accumulation.In(configuration),
            Exchange = Parallel.In(configuration),
            Epochs = Epochs,
            BatchSize = BatchSize.In(configuration),
            Device = Device,
            Precision = Precision.In(configuration),
            Tf32 = Tf32.In(configuration),
            Threads = Parallel.Threads,
            Prefetch = Prefetch,
            Seed = seed,
            Strategy = Parallel.Settings?.In(configuration),
            Verification = Parallel.Verification,
        };

    internal IEnumerable<string?> References =>
    [
        BatchSize.Parameter, HuberDelta.Parameter, Accumulation.Parameter, Precision.Parameter, Tf32.Parameter,
        .. Schedule.References, .. Optimizer.References, .. Parallel.References,
    ];
}
