namespace TuneGraph.Training;

/// <summary>
/// The learning rate as a function of the step. A resumed training goes on where it was: the steps are counted over all
/// segments, and the last one is that of the specification's last epoch.
/// </summary>
public sealed record ScheduleSpec
{
    private const double OneCycleRise = 0.3, OneCycleStart = 1.0 / 25, OneCycleEnd = OneCycleStart / 1e4;

    /// <summary>The shape. Default: constant.</summary>
    public ScheduleKind Kind
    {
        get;
        init => field = Enum.IsDefined(value)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Kind), value, "A member of ScheduleKind is needed.");
    }

    /// <summary>Epochs after which <see cref="ScheduleKind.Step"/> changes the rate, at least 1. Default: 10.</summary>
    public int StepEpochs
    {
        get;
        init => field = SettingRange.Whole(nameof(StepEpochs), value, 1, int.MaxValue);
    } = 10;

    /// <summary>The factor of <see cref="ScheduleKind.Step"/>, in (0, 1]. Default: 0.1.</summary>
    public double Factor
    {
        get;
        init => field = value is > 0 and <= 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Factor), value, "It must lie in (0, 1].");
    } = 0.1;

    /// <summary>Share of the rate at which <see cref="ScheduleKind.Cosine"/> ends, in [0, 1). Default: 0.</summary>
    public double Final { get; init => field = SettingRange.Share(nameof(Final), value); }

    /// <summary>
    /// Epochs over which the rate first grows in a straight line, finite and at least 0; parts of an epoch are allowed.
    /// Default: 0. The shape takes the epochs that are left. Not for <see cref="ScheduleKind.OneCycle"/>, which has a
    /// rise of its own.
    /// </summary>
    public double WarmupEpochs
    {
        get;
        init => field = value >= 0 && double.IsFinite(value)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(WarmupEpochs), value, "It must be finite and at least 0.");
    }

    /// <summary>
    /// The batch size that the learning rate is meant for: it is multiplied by batch size / this (Goyal et al. 2017,
    /// arXiv:1706.02677, the linear scaling rule). 0, the default, does not scale.
    /// </summary>
    public int ReferenceBatch
    {
        get;
        init => field = SettingRange.Whole(nameof(ReferenceBatch), value, 0, int.MaxValue);
    }

    /// <summary>What the learning rate is multiplied by at a step.</summary>
    /// <param name="step">The step, from 0, over all segments.</param>
    /// <param name="stepsPerEpoch">Steps of an epoch, at least 1.</param>
    /// <param name="epochs">Epochs of the whole training, at least 1.</param>
    /// <param name="batchSize">Samples per step over all ranks.</param>
    public double FactorAt(long step, int stepsPerEpoch, int epochs, int batchSize)
    {
        var scale = ReferenceBatch == 0 ? 1 : (double)batchSize / ReferenceBatch;
        var total = (long)stepsPerEpoch * epochs;
        if (Kind == ScheduleKind.OneCycle)
            return scale * OneCycle(step, total);
        var warmup = (long)Math.Ceiling(WarmupEpochs * stepsPerEpoch);
        if (step < warmup)
            return scale * (step + 1) / warmup;
        return scale * Kind switch
        {
            ScheduleKind.Step => Math.Pow(Factor, step / ((long)StepEpochs * stepsPerEpoch)),
            ScheduleKind.Cosine => Between(1, Final, (double)(step - warmup) / Math.Max(1, total - warmup)),
            _ => 1,
        };
    }

    private static double OneCycle(long step, long total)
    {
        var peak = (OneCycleRise * total) - 1;
        var end = Math.Max(1, total - 1.0);
        return step <= peak
            ? Between(OneCycleStart, 1, step / peak)
            : Between(1, OneCycleEnd, (step - peak) / (end - peak));
    }

    /// <summary>Half a cosine from one value to another.</summary>
    private static double Between(double from, double to, double share) =>
        to + ((from - to) * (1 + Math.Cos(Math.PI * Math.Clamp(share, 0, 1))) / 2);
}
