using TuneGraph.Benchmarks;

return args switch
{
    ["overhead"] => OverheadBenchmark.Run(),
    ["suggest"] => SuggestSpeed.Run(),
    ["training", .. var rest] => TrainingThroughput.Run(rest),
    ["sweep", .. var rest] => SweepBenchmark.Run(rest),
    ["all-reduce", .. var rest] => AllReduceBenchmark.Run(rest),
    ["graph", .. var rest] => GraphBenchmark.Run(rest),
    ["search-quality", .. var rest] => SearchQuality.Run(rest),
    _ => Unknown(),
};

static int Unknown()
{
    Console.Error.WriteLine(
        "Which benchmark? overhead, suggest, training, sweep, all-reduce, graph or search-quality; "
        + "docs/benchmarks.md tells."
    );
    return 2;
}
