#!/usr/bin/env dotnet
#:project ../sweeps/TuneGraph.csproj

// The sweep of digits.yaml, written in C#. Start it from the repository's root: dotnet run examples/digits.cs
using TuneGraph;
using TuneGraph.Search;
using TuneGraph.Training;

var here = Path.GetDirectoryName((string)AppContext.GetData("EntryPointFilePath")!)!;
var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stop.Cancel();
};

var result = await Sweep.Named("digits")
    .Maximize("val_accuracy", target: 0.995)
    .Data(new DataSpec
    {
        Path = Path.Combine(here, "data", "digits.csv.gz"),
        Target = "digit",
        Train = 0.6,
        Validation = 0.2,
        Test = 0.2,
        Seed = 2,
    })
    .Space(space => space
        .Int("layers", 1, 3)
        .Int("width", 64, 512, log: true)
        .Choice("activation", ["relu", "tanh", "gelu"])
        .Float("dropout", 0, 0.5)
        .Choice("batch", [32, 64, 128])
        .Choice("optimizer", ["adam", "adamw", "sgd"])
        .Float("lr", 3e-4, 3e-2, log: true)
        .Float("momentum", 0.5, 0.99, when: When.Is("optimizer", "sgd"))
        .Float("weightDecay", 1e-6, 1e-2, log: true))
    .Model(new MlpTemplate { Layers = "$layers", Width = "$width", Activation = "$activation", Dropout = "$dropout" })
    .Training(new TrainingTemplate
    {
        Epochs = 54,
        BatchSize = "$batch",
        Optimizer = new OptimizerTemplate
        {
            Type = "$optimizer",
            LearningRate = "$lr",
            Momentum = "$momentum",
            WeightDecay = "$weightDecay",
        },
    })
    .Sampler(new TpeSampler())
    .Pruner(new SuccessiveHalvingPruner(new SuccessiveHalvingOptions { MinResource = 6, ReductionFactor = 3 }))
    .Trials(50)
    .Seed(2)
    .Retrain()
    .Output(args is [var folder] ? folder : "runs/digits-cs")
    .RunAsync(new PlainProgress(Console.Out), resume: true, stop.Token);

foreach (var (metric, value) in result.Test)
    Console.WriteLine($"{metric} {value:G6}");
return result.Outcome == SweepOutcome.Finished ? 0 : 1;
