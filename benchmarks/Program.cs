using TuneGraph.Benchmarks;

// docs/benchmarks.md tells what each of them measures.
var benchmarks = new Dictionary<string, Func<string[], int>>
{
    ["overhead"] = _ => OverheadBenchmark.Run(),
    ["suggest"] = SuggestSpeed.Run,
    ["study-memory"] = _ => StudyMemory.Run(),
    ["suggest-optuna"] = _ => SuggestBesideOptuna.Run(),
    ["importance"] = _ => ImportanceSpeed.Run(),
    ["search-quality"] = SearchQuality.Run,
    ["training"] = TrainingThroughput.Run,
    ["gemm"] = ProductBenchmark.Run,
    ["gpu"] = GpuBenchmark.Run,
    ["digits"] = DigitsBenchmark.Run,
    ["sweep"] = SweepBenchmark.Run,
    ["allreduce"] = rest => rest switch
    {
        ["compare", .. var more] => AllReduceComparison.Run(more),
        ["choose", .. var more] => AllReduceChoosing.Run(more),
        _ => AllReduceBenchmark.Run(rest),
    },
    ["overlap"] = OverlapBenchmark.Run,
    ["bus"] = BusBenchmark.Run,
    ["strategies"] = StrategiesBenchmark.Run,
    ["cocoa"] = CocoaBenchmark.Run,
    ["kmeans"] = KMeansBenchmark.Run,
    ["graph"] = GraphBenchmark.Run,
    ["chaos"] = ChaosBenchmark.Run,
    ["ask-tell"] = AskTellBenchmark.Run,
    ["dispatch"] = DispatchBenchmark.Run,
    ["first-step"] = FirstStepBenchmark.Run,
    ["fail-over"] = FailoverBenchmark.Run,
    ["big-study"] = BigStudyBenchmark.Run,
    ["page"] = PageBenchmark.Run,
};

if (args.Length > 0 && benchmarks.TryGetValue(args[0], out var benchmark))
    return benchmark(args[1..]);
Console.Error.WriteLine($"Which benchmark? {string.Join(", ", benchmarks.Keys)}; docs/benchmarks.md tells.");
return 2;
