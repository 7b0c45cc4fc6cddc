namespace TuneGraph.Training;

/// <summary>How one model is trained.</summary>
public sealed record TrainingSpec
{
    /// <summary>The model.</summary>
    public required ModelSpec Model { get; init; }

    /// <summary>The optimizer.</summary>
    public required OptimizerSpec Optimizer { get; init; }

    /// <summary>How the learning rate changes. Default: not at all.</summary>
    public ScheduleSpec Schedule { get; init; } = new();

    /// <summary>The loss. Default: the one that fits the data's task. One that does not fit it is refused.</summary>
    public LossKind Loss { get; init; } = LossKind.Auto;

    /// <summary>
    /// Where Huber's loss goes from squares to lines, in units of the standardized target; finite, above 0. Default: 1.
    /// </summary>
    public double HuberDelta
    {
        get;
        init => field = value > 0 && double.IsFinite(value)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(HuberDelta), value, "It must be finite and above 0.");
    } = 1;

    /// <summary>Passes over the train split in a whole training, at least 1.</summary>
    public required int Epochs { get; init => field = AtLeastOne(nameof(Epochs), value); }

    /// <summary>
    /// Samples per step over all ranks together, at least 1; the last step of an epoch takes what is left. Above the
    /// number of train rows it means all of them.
    /// </summary>
    public required int BatchSize { get; init => field = AtLeastOne(nameof(BatchSize), value); }

    /// <summary>
    /// Passes over which a step's samples are spread, whose gradients are summed before the ranks exchange them once;
    /// at least 1. Default: 1. The step stays the same up to rounding, in a fraction of the memory; batch norm sees the
    /// samples of one pass at a time.
    /// </summary>
    public int Accumulation { get; init => field = AtLeastOne(nameof(Accumulation), value); } = 1;

    /// <summary>What to train on. Default: the CPU. Rounding differs between devices, in the last digits.</summary>
    public DeviceName Device { get; init; } = DeviceName.Cpu;

    /// <summary>
    /// Bits of weights and of values between layers. Default: float32. Devices keep 16 bits where that is said; the
    /// CPU rounds to them, so as to compute the same, and gains no time. float16 scales the loss up so far that
    /// gradients stay in its range, and leaves a step out where that went too far (<c>loss_scale</c> and
    /// <c>skipped_steps</c> of <see cref="EpochReport.Measures"/>); ranks must then exchange exact gradients. Models
    /// that a training gives predict in float32.
    /// </summary>
    public Precision Precision { get; init; }

    /// <summary>
    /// Whether CUDA devices from compute capability 8.0 on may round the factors of float32 products to tf32, of 10
    /// bits of fraction, which their tensor cores multiply much faster. Default: false. Other devices ignore it.
    /// </summary>
    public bool Tf32 { get; init; }

    /// <summary>
    /// How several ranks exchange gradients. Default: exactly, and beside the backward pass where that helps. A divided
    /// optimizer needs exact gradients.
    /// </summary>
    public ExchangeSpec Exchange
    {
        get;
        init => field = value is not { Zero: > 0, Compression.Kind: not CompressionKind.None }
            ? value
            : throw new ArgumentException($"A divided optimizer (zero: {value.Zero}) needs exact gradients; it cannot "
                + $"be combined with {value.Compression.Kind} compression. Turn one of them off.", nameof(Exchange));
    } = new();

    /// <summary>
    /// Whether every epoch's report holds all metrics of the validation rows, and not their loss and accuracy alone.
    /// Default: false. They cost a second pass over those rows, and a number per row and output on every rank.
    /// </summary>
    public bool AllMetrics { get; init; }

    /// <summary>
    /// Threads that each rank computes on, 1 to 256. Default: 1. The bits do not depend on it. More than one pays for
    /// large layers on idle cores; for many trials, one thread each is the better use of them.
    /// </summary>
    public int Threads { get; init => field = SettingRange.Whole(nameof(Threads), value, 1, 256); } = 1;

    /// <summary>
    /// Batches that another thread gathers ahead of the step that needs them, 0 to 64. Default: 0, the training thread
    /// gathers its own. The bits do not depend on it. It pays for rows on disk, and where a core is idle.
    /// </summary>
    public int Prefetch { get; init => field = SettingRange.Whole(nameof(Prefetch), value, 0, 64); }

    /// <summary>Decides initial weights, the order of samples and dropout. Default: 0.</summary>
    public ulong Seed { get; init; }

    /// <summary>
    /// How the ranks work together; null, the default, for synchronous data-parallel gradient descent.
    /// </summary>
    public TrainingStrategy? Strategy { get; init; }

    /// <summary>What the training checks of itself. Default: nothing.</summary>
    public VerificationSpec? Verification { get; init; }

    private static int AtLeastOne(string name, int value) =>
        value >= 1 ? value : throw new ArgumentOutOfRangeException(name, value, "It must be at least 1.");
}
