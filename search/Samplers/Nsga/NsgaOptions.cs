namespace TuneGraph.Search;

/// <summary>How two parents' numbers are mixed; values without an order always come from one or the other.</summary>
public enum NsgaCrossover
{
    /// <summary>Every parameter from one parent or the other.</summary>
    Uniform,

    /// <summary>
    /// Simulated binary crossover (Deb and Agrawal 1995, bounded as in Deb's NSGA-II code): children lie around the
    /// parents, the nearer the more alike the parents are.
    /// </summary>
    SimulatedBinary,
}

/// <summary>
/// Settings of <see cref="NsgaIISampler"/> and <see cref="NsgaIIISampler"/>. Symbols follow Deb et al., "A fast and
/// elitist multiobjective genetic algorithm: NSGA-II", IEEE TEVC 6 (2), 2002. The defaults are for studies of tens to
/// thousands of trials, where a small population that renews itself with every trial is far ahead of
/// <see cref="Deb2002"/> (docs/benchmarks.md).
/// </summary>
public sealed record NsgaOptions
{
    /// <summary>The settings of the paper's experiments, which are made for ten thousands of trials.</summary>
    public static NsgaOptions Deb2002 { get; } = new()
    {
        PopulationSize = 100,
        GenerationSize = 100,
        Crossover = NsgaCrossover.SimulatedBinary,
        MutationIndex = 20,
    };

    /// <summary>
    /// How many trials live on (N), and how many at random begin. At least 2; null, the default, for one in fifty of
    /// the trials told, from 10 to 100.
    /// </summary>
    public int? PopulationSize
    {
        get;
        init
        {
            if (value is { } size)
                ArgumentOutOfRangeException.ThrowIfLessThan(size, 2, nameof(PopulationSize));
            field = value;
        }
    }

    /// <summary>
    /// How many trials make a generation after the first one (λ). At least 1; 1, the default, is the steady-state form:
    /// every trial that ends may be a parent at once.
    /// </summary>
    public int GenerationSize
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, nameof(GenerationSize));
            field = value;
        }
    } = 1;

    /// <summary>How parents are mixed. Default: every parameter from one or the other.</summary>
    public NsgaCrossover Crossover { get; init; } = NsgaCrossover.Uniform;

    /// <summary>The chance that two parents are mixed at all (p_c). From 0 to 1, default 0.9.</summary>
    public double CrossoverChance { get; init => field = Chance(value, nameof(CrossoverChance)); } = 0.9;

    /// <summary>The chance that a parameter comes from the second parent's side. From 0 to 1, default 0.5.</summary>
    public double SwapChance { get; init => field = Chance(value, nameof(SwapChance)); } = 0.5;

    /// <summary>
    /// The chance that a parameter is mutated (p_m). From 0 to 1; null, the default, for one in as many as there are
    /// parameters.
    /// </summary>
    public double? MutationChance
    {
        get;
        init => field = value is { } chance ? Chance(chance, nameof(MutationChance)) : null;
    }

    /// <summary>How near to the parents simulated binary crossover stays (η_c). At least 0, default 20.</summary>
    public double CrossoverIndex { get; init => field = Index(value, nameof(CrossoverIndex)); } = 20;

    /// <summary>How near to the old value mutation stays (η_m). At least 0, default 8.</summary>
    public double MutationIndex { get; init => field = Index(value, nameof(MutationIndex)); } = 8;

    private static double Chance(double value, string name) => value is >= 0 and <= 1
        ? value
        : throw new ArgumentOutOfRangeException(name, value, "A chance lies between 0 and 1.");

    private static double Index(double value, string name) => value >= 0 && double.IsFinite(value)
        ? value
        : throw new ArgumentOutOfRangeException(name, value, "An index is at least 0 and finite.");
}
