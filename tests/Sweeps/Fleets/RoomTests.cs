using TuneGraph.Graph;

namespace TuneGraph.Tests.Sweeps.Fleets;

/// <summary>What workers have besides slots, and who gets it.</summary>
public sealed class RoomTests : FleetScenario
{
    private static readonly ResourceVector _nothing = ResourceVector.None;

    [Fact]
    public void A_trial_goes_to_workers_that_carry_its_labels_alone()
    {
        Join("w1", slots: 2);
        _fleet.Join(OfferOf("w2") with { Labels = ["gpu=a100", "zone=b"] }, Now);
        Assert.Equal(3, _fleet.Fit.Of([], _nothing));
        Assert.Equal(1, _fleet.Fit.Of(["gpu=a100"], _nothing));
        Assert.Equal(0, _fleet.Fit.Of(["gpu=h100"], _nothing));

        Submit("a", new ResourceVector(), "gpu=a100");
        Submit("b", new ResourceVector(), "gpu=a100");

        Assert.Equal("w2", Starts().Single().Ranks.Single().Worker.Value);
        Assert.NotNull(_fleet.WhyPending(Study));
    }

    [Fact]
    public void Ranks_take_cores_memory_and_accelerators()
    {
        _fleet.Join(OfferOf("w1", slots: 8) with { Cores = 8, MemoryBytes = 10, Accelerators = 2 }, Now);
        Assert.Equal(2, _fleet.Fit.Of([], new ResourceVector { Accelerators = 1 }));
        Assert.Equal(3, _fleet.Fit.Of([], new ResourceVector { MemoryBytes = 3 }));
        Assert.Equal(5, _fleet.Fit.Of([], new ResourceVector { Cores = 1.5 }));

        foreach (var key in new[] { "a", "b", "c" })
            Submit(key, new ResourceVector { Accelerators = 1 });

        Assert.Equal(["a", "b"], Starts().Select(start => start.Key.Value));
        Assert.Contains("1 accelerators", _fleet.WhyPending(Study), StringComparison.Ordinal);
    }

    [Fact]
    public void More_memory_is_on_a_worker_that_has_more_than_those_that_did_not_do()
    {
        _fleet.Join(OfferOf("w1", slots: 2) with { MemoryBytes = 100 }, Now);
        Assert.Null(_fleet.Fit.MoreMemoryThan(["w1"], [], ranks: 2));
        _fleet.Join(OfferOf("w2", slots: 2) with { MemoryBytes = 150 }, Now);

        var needed = _fleet.Fit.MoreMemoryThan(["w1"], [], ranks: 2);

        Assert.Equal(51, needed);
        Assert.Null(_fleet.Fit.MoreMemoryThan(["w2"], [], ranks: 2));
        Assert.Null(_fleet.Fit.MoreMemoryThan(["w1"], [], ranks: 3));
        var planned = Planned("a", ranks: 2);
        var spec = planned.Spec with { Resources = new ResourceVector { MemoryBytes = needed!.Value } };
        _fleet.Submit(Study, planned with { Spec = spec }, Now);
        Assert.Equal(["w2", "w2"], Starts().Single().Ranks.Select(rank => rank.Worker.Value));
    }

    [Fact]
    public void A_sweep_file_says_what_workers_must_have()
    {
        using var folder = new TemporaryFolder();
        var path = Cli.WineSweepFile.Write(
            folder["wine.yaml"],
            extra: "resources: {labels: [gpu=a100, zone=b], cores: 0.5, memoryMiB: 256, accelerators: 1}");
        var spec = SweepFile.Load(path);

        var expected = new ResourceSpec
        {
            Labels = ["gpu=a100", "zone=b"],
            Cores = 0.5,
            MemoryMiB = 256,
            Accelerators = 1,
        };
        Assert.Equal(expected, spec.Resources);
        Assert.Equal(
            new ResourceVector { Cores = 0.5, MemoryBytes = 256 << 20, Accelerators = 1 }, ResourceSpec.OfRank(spec));
    }

    [Theory]
    [InlineData("cpu", 0)]
    [InlineData("cuda", 1)]
    [InlineData("auto", 0)]
    public void A_rank_on_an_accelerator_takes_one(string device, int expected)
    {
        using var folder = new TemporaryFolder();
        var spec = SweepFile.Load(Cli.WineSweepFile.Write(folder["wine.yaml"]));
        var program = (ModelProgram)spec.Program;
        var name = TuneGraph.Training.DeviceName.Parse(device);
        program = program with { Training = program.Training with { Device = name } };
        Assert.Equal(expected, ResourceSpec.OfRank(spec with { Program = program }).Accelerators);
    }

    private void Submit(string key, ResourceVector needs, params string[] labels)
    {
        var planned = Planned(key);
        var constraints = new WorkerConstraints { Labels = [.. labels] };
        var spec = planned.Spec with { Resources = needs, Constraints = constraints };
        _fleet.Submit(Study, planned with { Spec = spec }, Now);
    }
}
