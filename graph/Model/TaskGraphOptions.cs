namespace TuneGraph.Graph;

/// <summary>Settings of a <see cref="TaskGraph"/>. The defaults suit tasks of seconds to hours.</summary>
public sealed record TaskGraphOptions
{
    /// <summary>
    /// How many plain tasks (one rank, no resources) a worker is leased at once, as a multiple of its slots,
    /// rounded up.
    /// Above 1, a worker always has a next task at hand, and what has not begun can be stolen. At least 1, the default.
    /// </summary>
    public double WorkerSaturation
    {
        get;
        init { ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, nameof(WorkerSaturation)); field = value; }
    } = 1;

    /// <summary>
    /// How long smaller tasks may overtake a task that does not fit, before room is reserved for it. 30 s by
    /// default.
    /// </summary>
    public TimeSpan AgeBound
    {
        get;
        init { ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero, nameof(AgeBound)); field = value; }
    } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How many workers a task may take down with it before it is held to be poison. At least 1; 3 by default.
    /// </summary>
    public int KillsToPoison
    {
        get;
        init { ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, nameof(KillsToPoison)); field = value; }
    } = 3;

    /// <summary>
    /// How long a task that was asked to stop may take before it is stopped by force. 30 s by default; zero never
    /// forces.
    /// </summary>
    public TimeSpan StopGrace
    {
        get;
        init { ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero, nameof(StopGrace)); field = value; }
    } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Whether the graph stops attempts that run longer than <see cref="TaskSpec.Timeout"/>, counted from
    /// <see cref="StartTask"/>. True by default. False where the host does, because it alone knows when a task that was
    /// leased ahead really begins.
    /// </summary>
    public bool WatchesTimeouts { get; init; } = true;

    /// <summary>Duration expected of a task of an unknown family. 500 ms by default.</summary>
    public TimeSpan UnknownDuration
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero, nameof(UnknownDuration));
            field = value;
        }
    } = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// Bytes per second between workers, until <see cref="ResultCopied"/> has taught better. Above 0; 100 MB/s by
    /// default.
    /// </summary>
    public double BandwidthBytesPerSecond
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, 0, nameof(BandwidthBytesPerSecond));
            field = value;
        }
    } = 100e6;

    /// <summary>Fixed cost of moving anything between workers. 10 ms by default.</summary>
    public TimeSpan TransferLatency
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero, nameof(TransferLatency));
            field = value;
        }
    } = TimeSpan.FromMilliseconds(10);

    /// <summary>
    /// Share of a worker's memory limit above which it is told to spill results down to this share. In (0, 1]; 0.7
    /// by default.
    /// </summary>
    public double SpillFraction
    {
        get;
        init { field = Fraction(value, nameof(SpillFraction)); }
    } = 0.7;

    /// <summary>
    /// Share of a worker's memory limit above which it gets no new tasks, until below <see cref="SpillFraction"/>.
    /// In (0, 1]; 0.8 by default.
    /// </summary>
    public double PauseFraction
    {
        get;
        init { field = Fraction(value, nameof(PauseFraction)); }
    } = 0.8;

    /// <summary>
    /// How many transitions are remembered, all tasks together; the oldest are forgotten first. At least 0; 100,000
    /// by default.
    /// </summary>
    public int StoryLength
    {
        get;
        init { ArgumentOutOfRangeException.ThrowIfLessThan(value, 0, nameof(StoryLength)); field = value; }
    } = 100_000;

    /// <summary>
    /// Whether all invariants are checked after every event. Costs time in proportion to the graph; for tests.
    /// False by default.
    /// </summary>
    public bool Validate { get; init; }

    private static double Fraction(double value, string name)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 1, name);
        return value;
    }
}
