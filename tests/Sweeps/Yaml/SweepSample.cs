namespace TuneGraph.Tests.Sweeps;

/// <summary>A sweep that uses every key, and ways to spoil it.</summary>
internal static class SweepSample
{
    public const string Text = """
        apiVersion: tunegraph/v1
        kind: Sweep
        name: digits
        seed: 7
        objective: {metric: val_accuracy, direction: maximize, target: 0.99}
        data:
          file: data/digits.csv.gz
          target: digit
          task: classification
          split: {train: 0.6, validation: 0.3, test: 0.1, stratify: false, seed: 11}
          standardize: false
          exclude: [pixel_0_0, pixel_7_7]
        model:
          type: mlp
          layers: $layers
          width: $width
          activation: $activation
          dropout: $dropout
        space:
          layers:     {type: int, low: 1, high: 3}
          width:      {type: int, low: 32, high: 512, step: 32}
          activation: {type: categorical, choices: [relu, tanh, gelu]}
          dropout:    {type: float, low: 0, high: 0.5, step: 0.1}
          optimizer:  {type: categorical, choices: [adam, adamw, sgd]}
          lr:         {type: float, low: 1e-4, high: 1e-1, log: true}
          momentum:   {type: float, low: 0.5, high: 0.99, when: {optimizer: sgd, layers: [1, 2]}}
          nesterov:   {type: categorical, choices: [true, false], when: {optimizer: sgd}}
          batch:      {type: int, low: 16, high: 256, log: true}
        training:
          epochs: 30
          batchSize: $batch
          loss: crossEntropy
          optimizer:
            type: $optimizer
            learningRate: $lr
            momentum: $momentum
            nesterov: $nesterov
            beta1: .8
            beta2: .99
            weightDecay: 1e-5
          parallel: {strategy: data, worldSize: 2}
          checkpoint: {everySteps: 3}
        sampler: {type: tpe, startupTrials: 12, candidates: 30, goodShare: 0.2, mostGood: 20}
        pruner: {type: asha, minResource: 2, reduction: 4, mode: stop}
        budget: {trials: 60, parallel: 2, timeout: 1h30m, maxFailed: 10}
        final: {retrain: true}
        output: {folder: out/digits}

        """;

    /// <summary>Folder of the examples, where the data is.</summary>
    public static string Folder { get; } = Path.Combine(RepositoryRoot.Path, "examples");

    /// <summary>The sweep with one piece of its text exchanged.</summary>
    public static string With(string old, string @new)
    {
        Assert.Equal(2, Text.Split(old).Length); // exactly one place
        return Text.Replace(old, @new, StringComparison.Ordinal);
    }

    public static SweepSpec Read(string text) => SweepFile.Parse(text, "sweep.yaml", Folder);

    /// <summary>What a user sees of a spoilt sweep.</summary>
    public static string[] Mistakes(string text) =>
        [.. Assert.Throws<SweepFileException>(() => Read(text)).Diagnostics.Select(found => found.ToString())];

    /// <summary>Checks that exchanging one piece gives just these diagnostics.</summary>
    public static void Expect(string old, string @new, params string[] diagnostics) =>
        Assert.Equal(diagnostics, Mistakes(With(old, @new)));
}
