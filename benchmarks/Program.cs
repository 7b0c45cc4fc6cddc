using TuneGraph.Benchmarks;

return args switch
{
    ["overhead"] => OverheadBenchmark.Run(),
    ["suggest"] => SuggestSpeed.Run(),
    ["suggest-optuna"] => SuggestBesideOptuna.Run(),
    ["training", .. var rest] => TrainingThroughput.Run(rest),
    ["sweep", .. var rest] => SweepBenchmark.Run(rest),
    ["allreduce", .. var rest] => AllReduceBenchmark.Run(rest),
    ["graph", .. var rest] => GraphBenchmark.Run(rest),
    ["search-quality", .. var rest] => SearchQuality.Run(rest),
    _ => Unknown(),
};

static int Unknown()
{
    Console.Error.WriteLine(
        "Which benchmark? overhead, suggest, suggest-optuna, training, sweep, allreduce, graph or search-quality; "
        + "docs/benchmarks.md tells."
    );
    return 2;
}
