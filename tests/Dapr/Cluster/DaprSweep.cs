using System.Globalization;

namespace TuneGraph.Tests.Dapr;

/// <summary>The digits sweep with ranks that reach each other by sidecars.</summary>
internal static class DaprSweep
{
    public static string Write(string path, int trials, int epochs, int ranks, string transport = "dapr")
    {
        File.WriteAllText(
            path,
            string.Create(
                CultureInfo.InvariantCulture,
                $$"""
                apiVersion: tunegraph/v1
                kind: Sweep
                name: digits
                seed: 7
                objective: {metric: val_loss, direction: minimize}
                data: {file: {{RepositoryRoot.Of("examples", "data", "digits.csv.gz")}}, target: digit}
                model: {type: mlp, width: $width}
                space:
                  width: {type: int, low: 8, high: 32, log: true}
                  lr: {type: float, low: 0.001, high: 0.01, log: true}
                sampler: {type: random}
                training:
                  epochs: {{epochs}}
                  batchSize: 128
                  optimizer: {type: adam, learningRate: $lr}
                  parallel: {worldSize: {{ranks}}, transport: {{transport}}}
                budget: {trials: {{trials}}}
                """));
        return path;
    }

    /// <summary>The trials as threads of this process compute them, one line each.</summary>
    public static async Task<string> LocalAsync(string path)
    {
        var result = await new SweepRunner(SweepFile.Load(path) with { OutputFolder = null }).RunAsync();
        return TrialsCsv.Write(result.Trials, ["val_loss"]);
    }
}
