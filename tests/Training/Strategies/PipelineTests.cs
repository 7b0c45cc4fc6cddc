using TuneGraph.Training;

namespace TuneGraph.Tests.Training;

/// <summary>A pipeline against one device, and its schedules against their papers' numbers.</summary>
public sealed class PipelineTests
{
    public static TheoryData<PipelineSchedule, int, int, bool> Settings => new()
    {
        { PipelineSchedule.GPipe, 2, 4, false },
        { PipelineSchedule.GPipe, 3, 5, true },
        { PipelineSchedule.OneForwardOneBackward, 2, 4, true },
        { PipelineSchedule.OneForwardOneBackward, 3, 5, false },
        { PipelineSchedule.OneForwardOneBackward, 4, 2, false },
        { PipelineSchedule.OneForwardOneBackward, 4, 9, true },
    };

    [Theory]
    [MemberData(nameof(Settings))]
    public void A_pipeline_gives_the_bits_of_one_device_that_takes_the_micro_batches_one_after_another(
        PipelineSchedule schedule, int stages, int microBatches, bool recompute)
    {
        var strategy = new PipelineStrategy
        {
            Schedule = schedule,
            MicroBatches = microBatches,
            Recompute = recompute,
        };
        foreach (var spec in new[] { MeshRuns.Perceptron, MeshRuns.Transformer })
        {
            var pipeline = MeshRuns.Run(spec with { Strategy = strategy }, stages);
            var alone = MeshRuns.Run(spec with { Accumulation = microBatches }, 1);

            Assert.Equal(alone.File, pipeline.File);
            Assert.Equal(alone.Losses, pipeline.Losses);
        }
    }
}
