using System.Text.Json.Nodes;
using TuneGraph.Training;

namespace TuneGraph.Tests.Training;

public sealed class ScheduleTests
{
    private const int StepsPerEpoch = 5, Epochs = 8;

    public static TheoryData<int> Cases =>
        [.. Enumerable.Range(0, ReferenceFile.Read("training.json")["schedules"]!.AsArray().Count)];

    /// <summary>StepLR, CosineAnnealingLR, OneCycleLR and LinearLR of PyTorch 1.13: Reference/training.json.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void A_schedule_follows_that_of_PyTorch(int index)
    {
        var stored = ReferenceFile.Read("training.json")["schedules"]![index]!;
        var schedule = SpecOf(stored["spec"]!);
        var expected = ReferenceFile.Numbers(stored["rates"]!);
        for (var step = 0; step < expected.Length; step++)
            Assert.Equal(expected[step], schedule.FactorAt(step, StepsPerEpoch, Epochs, batchSize: 32), 1e-12);
    }

    [Fact]
    public void Linear_scaling_multiplies_by_the_batch_over_the_reference()
    {
        var schedule = new ScheduleSpec { ReferenceBatch = 64 };
        Assert.Equal(4, schedule.FactorAt(100, StepsPerEpoch, Epochs, batchSize: 256));
        Assert.Equal(0.5, schedule.FactorAt(100, StepsPerEpoch, Epochs, batchSize: 32));
    }

    [Fact]
    public void A_cosine_after_a_warm_up_starts_at_the_full_rate()
    {
        var schedule = new ScheduleSpec { Kind = ScheduleKind.Cosine, WarmupEpochs = 2 };
        Assert.Equal(0.5, schedule.FactorAt(4, StepsPerEpoch, Epochs, 32));
        Assert.Equal(1, schedule.FactorAt(10, StepsPerEpoch, Epochs, 32));
        Assert.Equal(0.5, schedule.FactorAt(25, StepsPerEpoch, Epochs, 32), 1e-12);
        Assert.Equal(0, schedule.FactorAt(40, StepsPerEpoch, Epochs, 32), 1e-12);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(3, 1)]
    public void One_cycle_stays_finite_in_the_shortest_trainings(int stepsPerEpoch, int epochs)
    {
        var schedule = new ScheduleSpec { Kind = ScheduleKind.OneCycle };
        for (var step = 0; step < stepsPerEpoch * epochs; step++)
            Assert.InRange(schedule.FactorAt(step, stepsPerEpoch, epochs, 32), 0, 1);
    }

    [Fact]
    public void A_setting_out_of_range_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new ScheduleSpec { Factor = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ScheduleSpec { Final = 1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ScheduleSpec { WarmupEpochs = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ScheduleSpec { StepEpochs = 0 });
    }

    private static ScheduleSpec SpecOf(JsonNode stored) => new()
    {
        Kind = Enum.Parse<ScheduleKind>((string)stored["kind"]!),
        StepEpochs = (int?)stored["stepEpochs"] ?? 10,
        Factor = (double?)stored["factor"] ?? 0.1,
        Final = (double?)stored["final"] ?? 0,
        WarmupEpochs = (double?)stored["warmupEpochs"] ?? 0,
    };
}
