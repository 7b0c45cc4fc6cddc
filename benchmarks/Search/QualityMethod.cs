using System.Globalization;
using TuneGraph.Search;

namespace TuneGraph.Benchmarks;

/// <summary>
/// A way to search, by name: <c>SAMPLER</c>, <c>SAMPLER+PRUNER</c>, or <c>SAMPLER@TRIALS</c> with so many trials
/// running at once.
/// </summary>
internal sealed record QualityMethod(string Name, Sampler Sampler, Pruner? Pruner, int Running)
{
    /// <summary>Reads a name.</summary>
    public static QualityMethod Parse(string name)
    {
        var running = name.Split('@') is [_, var count] ? int.Parse(count, CultureInfo.InvariantCulture) : 1;
        var parts = name.Split('@')[0].Split('+');
        return new(name, SamplerOf(parts[0]), parts.Length == 1 ? null : PrunerOf(parts[1]), running);
    }

    private static Pruner PrunerOf(string name) => name switch
    {
        "none" => new NoPruner(),
        "auto" => new AutoPruner(),
        "auto-stop" => new AutoPruner().Stopping,
        "median" => new MedianPruner(),
        "percentile" => new PercentilePruner(),
        "curve" => new CurvePruner(),
        "asha" => new SuccessiveHalvingPruner(),
        "asha-stop" => new SuccessiveHalvingPruner().Stopping,
        "hyperband" => new HyperbandPruner(),
        "hyperband-stop" => new HyperbandPruner().Stopping,
        _ => throw new ArgumentException(
            $"No pruner '{name}'; there are none, auto, median, percentile, curve, asha and hyperband, and auto-stop, "
            + "asha-stop and hyperband-stop."),
    };

    private static Sampler SamplerOf(string name) => name switch
    {
        "random" => new RandomSampler(),
        "tpe" => new TpeSampler(),
        "tpe-optuna5" => new TpeSampler(TpeOptions.Optuna5),
        "nsga2" => new NsgaIISampler(),
        "nsga3" => new NsgaIIISampler(),
        "sobol" => new SobolSampler(),
        "halton" => new HaltonSampler(),
        "cmaes" => new CmaSampler(),
        "forest" => new ForestSampler(),
        "bohb" => new BohbSampler(),
        "gp" => new GpSampler(),
        "turbo" => new TurboSampler(),
        "auto" => new AutoSampler(),
        "cmaes-sep" => new CmaSampler(new() { Separable = true }),
        _ => throw new ArgumentException(
            $"No sampler '{name}'; there are random, sobol, halton, tpe, tpe-optuna5, gp, turbo, auto, nsga2, nsga3, "
            + "bohb, forest, cmaes and cmaes-sep."),
    };
}
