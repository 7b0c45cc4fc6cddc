using TuneGraph.Search;
using TuneGraph.Training;

namespace TuneGraph.Tests.Sweeps.Run;

/// <summary>A small real sweep: 178 wines, three cultivars, networks that train in milliseconds.</summary>
internal static class Wine
{
    public const int Epochs = 9;

    public static SweepBuilder Sweep(string? output = null)
    {
        var sweep = TuneGraph
            .Sweep.Named("wine")
            .Maximize("val_accuracy")
            .Data(new DataSpec { Path = RepositoryRoot.Of("examples", "data", "wine.csv.gz"), Target = "cultivar" })
            .Space(space =>
                space
                    .Int("width", 4, 32, log: true)
                    .Float("lr", 1e-3, 1e-1, log: true)
                    .Choice("optimizer", ["adam", "sgd"])
                    .Float("momentum", 0.5, 0.95, when: When.Is("optimizer", "sgd"))
            )
            .Model(new MlpTemplate { Width = "$width" })
            .Training(
                new TrainingTemplate
                {
                    Epochs = Epochs,
                    BatchSize = 16,
                    Optimizer = new OptimizerTemplate
                    {
                        Type = "$optimizer",
                        LearningRate = "$lr",
                        Momentum = "$momentum",
                    },
                }
            )
            .Pruner(new SuccessiveHalvingPruner(new SuccessiveHalvingOptions { MinResource = 1, ReductionFactor = 3 }))
            .Trials(15)
            .Parallel(1)
            .Seed(3);
        return output is null ? sweep : sweep.Output(output);
    }

    /// <summary>What must not depend on interruptions: every trial with its numbers, to the last bit.</summary>
    public static IEnumerable<string> Essence(SweepResult result) =>
        result.Trials.Select(trial =>
            FormattableString.Invariant(
                $"{trial.Number} {trial.State} {trial.Value:R} {trial.Steps} {trial.Configuration}"
            )
        );
}
