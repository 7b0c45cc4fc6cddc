namespace TuneGraph.Tests.Sweeps.Fleets;

public sealed class LoadHistoryTests
{
    private readonly LoadHistory _history = new();

    [Fact]
    public void A_period_is_the_mean_of_what_was_told_within_it()
    {
        Add(seconds: 3, processor: 0.2, gpu: null);
        Add(seconds: 6, processor: 0.4, gpu: 0.5);
        Add(seconds: 9, processor: 0.9, gpu: 0.7);

        var load = Assert.Single(_history.Read(TimeSpan.FromSeconds(9)), load => load is not null)!;

        Assert.Equal(0.5, load.Processor, 12);
        Assert.Equal(0.5 + (0.2 / 3), load.Gpu!.Value, 12);
    }

    [Fact]
    public void The_newest_period_is_the_last_and_silence_is_a_gap()
    {
        Add(seconds: 5, processor: 0.1);
        Add(seconds: 35, processor: 0.4);

        var read = _history.Read(TimeSpan.FromSeconds(45));

        Assert.Equal(LoadHistory.Length, read.Count);
        Assert.Equal([0.1, null, null, 0.4, null], read.TakeLast(5).Select(load => load?.Processor));
    }

    [Fact]
    public void After_an_hour_the_oldest_goes_and_after_a_long_silence_everything()
    {
        const int Seconds = 10;
        for (var i = 0; i < 3 * LoadHistory.Length; i++)
            Add(seconds: Seconds * i, processor: i / 10_000.0);
        var full = _history.Read(TimeSpan.FromSeconds(Seconds * ((3 * LoadHistory.Length) - 1)));
        Assert.Equal(2 * LoadHistory.Length / 10_000.0, full[0]!.Processor, 12);
        Assert.All(full, load => Assert.NotNull(load));

        Add(seconds: 1_000_000, processor: 0.5);

        Assert.Single(_history.Read(TimeSpan.FromSeconds(1_000_000)), load => load is not null);
        Assert.All(_history.Read(TimeSpan.FromSeconds(2_000_000)), Assert.Null);
    }

    [Fact]
    public void Columns_are_whole_numbers_and_what_nobody_told_is_empty()
    {
        _history.Add(
            new MachineLoad(0.256, 3 << 20, 8 << 20) { ReceivedPerSecond = 2048, SentPerSecond = 100 }, TimeSpan.Zero);

        var loads = WorkerLoads.Of("w1", 4, _history.Read(TimeSpan.Zero));

        Assert.Equal((26L, 3L, 2L, 0L), (loads.Processor[^1], loads.Memory[^1], loads.Received[^1], loads.Sent[^1]));
        Assert.Equal((8L, 0L, 4, 10.0), (loads.MemoryTotal, loads.GpuMemoryTotal, loads.Cores, loads.PeriodSeconds));
        Assert.Empty(loads.Gpu);
        Assert.Null(loads.Processor[0]);
    }

    private void Add(double seconds, double processor, double? gpu = null) =>
        _history.Add(new MachineLoad(processor, 1, 2) { Gpu = gpu }, TimeSpan.FromSeconds(seconds));
}
