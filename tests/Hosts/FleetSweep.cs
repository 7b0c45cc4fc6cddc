namespace TuneGraph.Tests.Hosts;

/// <summary>
/// A sweep whose trials depend on their numbers alone, so that it must come out the same wherever, in whatever order
/// and after whatever accidents they run.
/// </summary>
internal static class FleetSweep
{
    public static string Write(string path, int trials = 6, int epochs = 40, string extra = "", string name = "wine")
    {
        File.WriteAllText(
            path,
            $$$"""
            apiVersion: tunegraph/v1
            kind: Sweep
            name: {{{name}}}
            seed: 3
            objective: {metric: val_loss, direction: minimize}
            data: {file: {{{RepositoryRoot.Of("examples", "data", "wine.csv.gz")}}}, target: cultivar}
            model: {type: mlp, width: $width}
            space:
              width: {type: int, low: 4, high: 32, log: true}
              lr: {type: float, low: 0.001, high: 0.01, log: true}
            sampler: {type: random}
            training: {epochs: {{{epochs}}}, batchSize: 16, optimizer: {type: adam, learningRate: $lr}}
            budget: {trials: {{{trials}}}}
            {{{extra}}}
            """);
        return path;
    }

    /// <summary>The trials as this process computes them, one line each.</summary>
    public static async Task<string> LocalAsync(string path)
    {
        var result = await new SweepRunner(SweepFile.Load(path) with { OutputFolder = null }).RunAsync();
        return TrialsCsv.Write(result.Trials, ["val_loss"]);
    }
}
