using System.Collections.Immutable;

namespace TuneGraph.Search;

/// <summary>What <see cref="CmaSampler"/> does when its distribution has converged.</summary>
public enum CmaRestarts
{
    /// <summary>It goes on where it is.</summary>
    None,

    /// <summary>
    /// It begins anew elsewhere with twice the population (Auger and Hansen, "A restart CMA evolution strategy with
    /// increasing population size", CEC 2005).
    /// </summary>
    Ipop,

    /// <summary>
    /// It begins anew elsewhere, large populations taking turns with small ones of small steps, so that both get the
    /// same number of trials (Hansen, "Benchmarking a BI-population CMA-ES on the BBOB-2009 function testbed", 2009).
    /// </summary>
    Bipop,
}

/// <summary>Settings of <see cref="CmaSampler"/>. Symbols follow Hansen, arXiv 1604.00772v2.</summary>
public sealed record CmaOptions
{
    /// <summary>
    /// Trials in a generation (λ) before any restart: at least 4; null, the default, for 4 + ⌊3 ln n⌋ with n
    /// parameters.
    /// </summary>
    public int? Population
    {
        get;
        init =>
            field =
                value is null or >= 4
                    ? value
                    : throw new ArgumentOutOfRangeException(
                        nameof(Population), value, "A generation needs at least 4 trials; null chooses by dimension.");
    }

    /// <summary>
    /// The first step size (σ) as a share of each parameter's range, on the logarithmic scale where it has one. Above 0
    /// and at most 1, default 1/6.
    /// </summary>
    public double InitialStep
    {
        get;
        init =>
            field =
                value is > 0 and <= 1
                    ? value
                    : throw new ArgumentOutOfRangeException(
                        nameof(InitialStep), value, "The step must lie above 0 and be at most 1 (the whole range).");
    } = 1.0 / 6;

    /// <summary>
    /// Whether only the variance of each parameter is learnt and not how they vary together: faster to learn with many
    /// parameters, blind to rotated valleys. Default false.
    /// </summary>
    public bool Separable { get; init; }

    /// <summary>
    /// Whether learning rates follow the signal-to-noise ratio (Nomura et al. 2023): for noisy or very rugged
    /// objectives and more than a thousand trials. Default false.
    /// </summary>
    public bool AdaptLearningRates { get; init; }

    /// <summary>What to do when it has converged. Default <see cref="CmaRestarts.Bipop"/>.</summary>
    public CmaRestarts Restarts { get; init; } = CmaRestarts.Bipop;

    /// <summary>
    /// It has converged when no parameter's standard deviation exceeds this share of its range any more. Above 0 and
    /// below 1, default 1e-6.
    /// </summary>
    public double StepTolerance
    {
        get;
        init =>
            field =
                value is > 0 and < 1
                    ? value
                    : throw new ArgumentOutOfRangeException(
                        nameof(StepTolerance), value, "The tolerance must lie above 0 and below 1.");
    } = 1e-6;

    /// <summary>
    /// What is known of similar trials from elsewhere: the first distribution is laid over the best tenth (γ) of these
    /// and of the trials that this study was told before the sampler's first own; at least ten are needed. Values are
    /// in the study's direction. Trials that do not fit the space are left out. Default: none.
    /// </summary>
    public ImmutableArray<(Configuration Configuration, double Value)> WarmStart
    {
        get;
        init => field = value.IsDefault ? [] : value;
    } = [];
}
