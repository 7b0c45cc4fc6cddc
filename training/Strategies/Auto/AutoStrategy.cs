namespace TuneGraph.Training;

/// <summary>
/// Measures some steps and the link between the ranks, predicts what each strategy would take, and trains by the one
/// that <see cref="StrategyPlanner"/> chooses. While the ranks' step times vary much, they wait for each other less,
/// as <see cref="StragglerPolicy"/> decides at the end of an epoch. The choice depends on measured times: two runs may
/// differ.
/// </summary>
public sealed record AutoStrategy : TrainingStrategy
{
    /// <summary>Steps that are measured before, at least 4. Default: 20. They change no model.</summary>
    public int ProbeSteps { get; init => field = AtLeast(nameof(ProbeSteps), value, 4); } = 20;

    /// <summary>
    /// Bytes that a rank may hold of parameters, gradients and states; 0, the default, for any.
    /// </summary>
    public long MemoryBytes
    {
        get;
        init => field = value >= 0
            ? value
            : throw new ArgumentOutOfRangeException(nameof(MemoryBytes), value, "It must be at least 0.");
    }

    /// <summary>Local steps between two meetings, where models are averaged; at least 1. Default: 8.</summary>
    public int LocalSteps { get; init => field = AtLeast(nameof(LocalSteps), value, 1); } = 8;

    /// <summary>Steps that the fastest rank may be ahead with bounded staleness, at least 0. Default: 3.</summary>
    public int Staleness { get; init => field = AtLeast(nameof(Staleness), value, 0); } = 3;

    /// <summary>Variation of step times above which staleness is allowed, above 0. Default: 0.35.</summary>
    public double StalenessAbove { get; init => field = Positive(nameof(StalenessAbove), value); } = 0.35;

    /// <summary>Variation above which ranks train alone for some steps, above 0. Default: 0.8.</summary>
    public double LocalAbove { get; init => field = Positive(nameof(LocalAbove), value); } = 0.8;

    /// <summary>
    /// Whether a strategy may be chosen, or changed to, that does not give what one rank gives. Default: true.
    /// </summary>
    public bool MayChangeResults { get; init; } = true;

    /// <summary>The strategy of a mode; null for data-parallel descent.</summary>
    internal TrainingStrategy? Of(SyncMode mode) => mode switch
    {
        SyncMode.Synchronous => null,
        SyncMode.BoundedStaleness => new ParameterServerStrategy
        {
            Mode = ParameterServerMode.Ssp,
            Staleness = Staleness,
            Order = ArrivalOrder.Live,
        },
        _ => new ModelAverageStrategy { LocalSteps = LocalSteps },
    };

    /// <summary>Whether a mode can train a model on given data.</summary>
    internal bool Allows(SyncMode mode, TrainingSpec spec, DataSchema schema) => mode == SyncMode.Synchronous
        || (MayChangeResults && spec.Device == DeviceName.Cpu && spec.Precision == Precision.Float32
            && spec.Exchange.Compression.Kind == CompressionKind.None && Of(mode)!.WhyNot(spec, schema) is null);

    internal override string? WhyNot(TrainingSpec spec, DataSchema schema) => null;
}
