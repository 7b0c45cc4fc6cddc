namespace TuneGraph.Tests.Cli;

/// <summary>A sweep file over real data that runs in a blink; tests change a line or two.</summary>
internal static class WineSweepFile
{
    public static string Write(
        string path,
        int trials = 6,
        int epochs = 6,
        string extra = "",
        (string Old, string New)? change = null
    )
    {
        var text = $$$"""
            apiVersion: tunegraph/v1
            kind: Sweep
            name: wine
            seed: 3
            objective: {metric: val_accuracy, direction: maximize}
            data: {file: {{{RepositoryRoot.Of("examples", "data", "wine.csv.gz")}}}, target: cultivar}
            model: {type: mlp, width: $width}
            space:
              width: {type: int, low: 4, high: 32, log: true}
              lr: {type: float, low: 0.001, high: 0.1, log: true}
            training: {epochs: {{{epochs}}}, batchSize: 16, optimizer: {type: adam, learningRate: $lr}}
            budget: {trials: {{{trials}}}, parallel: 1}
            {{{extra}}}
            """;
        File.WriteAllText(path, change is var (old, @new) ? text.Replace(old, @new, StringComparison.Ordinal) : text);
        return path;
    }
}
