using System.Collections.Immutable;
using TuneGraph.Training;

namespace TuneGraph;

/// <summary>The keys of the strategies <c>pipeline</c>, <c>tensor</c> and <c>mixed</c>.</summary>
internal static class MeshShape
{
    private const int MostRanks = 1024;
    private const int MostLayers = 65536;

    private static Reader<Knob<PipelineSchedule>> Schedule => Scalars.OneOf(
        ("gpipe", PipelineSchedule.GPipe), ("1f1b", PipelineSchedule.OneForwardOneBackward)).OrParameter();

    private static Reader<Knob<int>> Count => Scalars.Whole(1, Scalars.Plenty).OrParameter();

    private static Reader<ImmutableArray<int>> Stages =>
        new ListReader<int>(Scalars.Whole(1, MostLayers), 1, MostRanks, 1);

    public static PipelineTemplate Pipeline(Fields fields)
    {
        var plain = new PipelineTemplate();
        return new PipelineTemplate
        {
            Schedule = fields.Optional("schedule", Schedule, plain.Schedule),
            MicroBatches = fields.Optional("microBatches", Count, plain.MicroBatches),
            Recompute = fields.Optional("recompute", Scalars.Flag.OrParameter(), plain.Recompute),
            Stages = fields.Optional("stages", Stages, plain.Stages),
        };
    }

    public static TensorTemplate Tensor(Fields fields) => new();

    public static MixedTemplate Mixed(Fields fields)
    {
        var plain = new MixedTemplate();
        var size = Scalars.Whole(1, MostRanks);
        return new MixedTemplate
        {
            Data = fields.Optional("data", size, plain.Data),
            Pipeline = fields.Optional("pipeline", size, plain.Pipeline),
            Tensor = fields.Optional("tensor", size, plain.Tensor),
            Schedule = fields.Optional("schedule", Schedule, plain.Schedule),
            MicroBatches = fields.Optional("microBatches", Count, plain.MicroBatches),
            Recompute = fields.Optional("recompute", Scalars.Flag.OrParameter(), plain.Recompute),
        };
    }

    /// <summary>Whether there are as many ranks as a strategy needs.</summary>
    public static void CheckRanks(Fields fields, StrategyTemplate? strategy, int worldSize)
    {
        if (strategy is MixedTemplate mixed && mixed.Ranks != worldSize)
        {
            fields.Fail("worldSize", DiagnosticCode.KeysExclude,
                $"{fields.Name}: data {mixed.Data} x pipeline {mixed.Pipeline} x tensor {mixed.Tensor} are "
                + $"{mixed.Ranks} ranks, but worldSize is {worldSize}; make them equal, or leave worldSize out");
        }
        if (strategy is PipelineTemplate { Stages: { IsEmpty: false } stages } && stages.Length != worldSize)
        {
            fields.Fail("stages", DiagnosticCode.KeysExclude,
                $"{fields.Name}: stages lists {stages.Length} stages for {worldSize} ranks; it needs one for each");
        }
    }
}
