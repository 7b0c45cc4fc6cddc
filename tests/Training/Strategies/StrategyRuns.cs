using TuneGraph.Training;

namespace TuneGraph.Tests.Training;

/// <summary>What a training in float64 left behind: a checkpoint per rank, and rank 0's reports.</summary>
internal sealed record StrategyOutcome(byte[][] Files, List<EpochReport> Reports)
{
    public double[] Weights { get; } = ModelWeights.Of<double>(Files[0]);

    public List<double> Losses => [.. Reports.Select(report => report.TrainLoss)];

    public List<Dictionary<string, double>> Measures => [.. Reports.Select(report => report.Measures.ToDictionary())];

    public long Bytes => (long)Measures.Sum(measures => measures.GetValueOrDefault("bytes"));
}

internal static class StrategyRuns
{
    public static StrategyOutcome Train(
        TrainingSpec spec, int worldSize, Dataset data, Dataset? validation = null, int? until = null,
        Checkpoint? start = null)
    {
        var reports = new List<EpochReport>();
        var results = Ranks.Run(worldSize, group => Trainer.TrainInDouble(
            spec, data, validation, group, start, until ?? spec.Epochs, report =>
            {
                reports.Add(report);
                return EpochVerdict.Continue;
            }));
        return new StrategyOutcome([.. results.Select(result => result.Checkpoint.ToBytes())], reports);
    }
}
