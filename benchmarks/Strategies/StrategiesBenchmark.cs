namespace TuneGraph.Benchmarks;

/// <summary>What training together gives and costs: <c>table</c>, <c>simulate</c> and <c>ranks</c>.</summary>
internal static class StrategiesBenchmark
{
    public static int Run(string[] args) => args switch
    {
        ["table", .. var rest] => StrategyTable.Run(rest),
        ["simulate", .. var rest] => StrategySimulation.Run(rest),
        ["ranks", .. var rest] => RanksBenchmark.Run(rest),
        _ => Unknown(),
    };

    private static int Unknown()
    {
        Console.Error.WriteLine("Which of strategies? table, simulate or ranks; docs/training.md tells.");
        return 2;
    }
}
