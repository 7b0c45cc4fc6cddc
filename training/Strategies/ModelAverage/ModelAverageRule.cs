namespace TuneGraph.Training;

/// <summary>What the ranks' models become when they meet.</summary>
public enum ModelAverageRule
{
    /// <summary>Their mean, by the samples each has seen since: local SGD, Stich 2019, arXiv:1805.09767.</summary>
    Mean,

    /// <summary>
    /// Block momentum (BMUF), Chen and Huo 2016, as CNTK has it: Δ = μ Δ + (1 - μ) η Σ (w - w_k), w -= Δ; with Nesterov's
    /// look-ahead w -= μ Δ besides.
    /// </summary>
    BlockMomentum,

    /// <summary>
    /// DiLoCo, Douillard et al. 2023, arXiv:2311.08105, Algorithm 1: the way to the mean is the gradient of an outer
    /// step with Nesterov's momentum.
    /// </summary>
    Diloco,

    /// <summary>Slow momentum, Wang et al. 2020, arXiv:1910.00643, Algorithm 1.</summary>
    SlowMomentum,
}
