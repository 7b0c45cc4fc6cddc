using TuneGraph.Benchmarks;

return args switch
{
    ["overhead"] => OverheadBenchmark.Run(),
    ["suggest", .. var rest] => SuggestSpeed.Run(rest),
    ["study-memory"] => StudyMemory.Run(),
    ["suggest-optuna"] => SuggestBesideOptuna.Run(),
    ["importance"] => ImportanceSpeed.Run(),
    ["training", .. var rest] => TrainingThroughput.Run(rest),
    ["gemm", .. var rest] => ProductBenchmark.Run(rest),
    ["gpu", .. var rest] => GpuBenchmark.Run(rest),
    ["digits", .. var rest] => DigitsBenchmark.Run(rest),
    ["sweep", .. var rest] => SweepBenchmark.Run(rest),
    ["chaos", .. var rest] => ChaosBenchmark.Run(rest),
    ["allreduce", "compare", .. var rest] => AllReduceComparison.Run(rest),
    ["allreduce", "choose", .. var rest] => AllReduceChoosing.Run(rest),
    ["allreduce", .. var rest] => AllReduceBenchmark.Run(rest),
    ["overlap", .. var rest] => OverlapBenchmark.Run(rest),
    ["graph", .. var rest] => GraphBenchmark.Run(rest),
    ["kmeans", .. var rest] => KMeansBenchmark.Run(rest),
    ["strategies", .. var rest] => StrategiesBenchmark.Run(rest),
    ["cocoa", .. var rest] => CocoaBenchmark.Run(rest),
    ["ask-tell", .. var rest] => AskTellBenchmark.Run(rest),
    ["dispatch", .. var rest] => DispatchBenchmark.Run(rest),
    ["big-study", .. var rest] => BigStudyBenchmark.Run(rest),
    ["search-quality", .. var rest] => SearchQuality.Run(rest),
    _ => Unknown(),
};

static int Unknown()
{
    Console.Error.WriteLine(
        "Which benchmark? overhead, suggest, study-memory, suggest-optuna, importance, training, gemm, gpu, digits, "
        + "sweep, chaos, allreduce, overlap, graph, kmeans, cocoa, strategies, ask-tell, dispatch, big-study or "
        + "search-quality; docs/benchmarks.md "
        + "tells."
    );
    return 2;
}
