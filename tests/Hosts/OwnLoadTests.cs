using Microsoft.Extensions.Time.Testing;

namespace TuneGraph.Tests.Hosts;

public sealed class OwnLoadTests
{
    private static readonly string[] _memory =
        ["MemTotal:        8000 kB", "MemFree:          100 kB", "MemAvailable:    6000 kB"];

    // 100 ticks more, of which 20 idle and 5 waiting for a disk: 75 of a hundred were work.
    [Fact]
    public void The_load_is_the_share_of_ticks_since_the_last_reading_that_were_work()
    {
        var load = new OwnLoad(TimeProvider.System);
        _ = load.Read("cpu  100 0 50 800 50 0 0 0 0 0", _memory, []);

        var read = load.Read("cpu  160 5 60 820 55 0 0 0 0 0", _memory, []);

        Assert.Equal(new MachineLoad(0.75, 2000 * 1024, 8000 * 1024), read);
        Assert.Equal(read, load.Read("cpu  161 5 60 820 55 0 0 0 0 0", _memory, []));
    }

    [Fact]
    public void What_real_cards_carried_is_told_by_the_second_and_a_counter_that_began_anew_is_passed_over()
    {
        var time = new FakeTimeProvider();
        var load = new OwnLoad(time);
        Assert.Null(Read(1, received: 1000, sent: 50)!.ReceivedPerSecond);
        time.Advance(TimeSpan.FromSeconds(4));

        var rates = Read(2, received: 5000, sent: 150)!;
        time.Advance(TimeSpan.FromSeconds(1));
        var anew = Read(3, received: 10, sent: 10)!;

        Assert.Equal((1000.0, 25.0), (rates.ReceivedPerSecond, rates.SentPerSecond));
        Assert.Null(anew.SentPerSecond);

        MachineLoad? Read(int turn, long received, long sent) =>
            load.Read(
                $"cpu  {turn * 100} 0 0 {turn * 100} 0 0 0 0 0 0", _memory,
                [
                    "Inter-|   Receive                                                |  Transmit",
                    " face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop",
                    $"    lo: {turn * 77777} 1 0 0 0 0 0 0 {turn * 99999} 1 0 0 0 0 0 0",
                    $"  eth0: {received} 1 0 0 0 0 0 0 {sent} 1 0 0 0 0 0 0",
                    $" veth1: {turn * 12345} 1 0 0 0 0 0 0 {turn * 12345} 1 0 0 0 0 0 0",
                ]);
    }

    [Fact]
    public void This_machine_tells_its_own_load()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere nothing is known.");
        var load = new OwnLoad(TimeProvider.System).Read();

        Assert.InRange(load!.Processor, 0, 1);
        Assert.InRange(load.MemoryBytes, 1, load.MemoryTotalBytes);
        Assert.Null(load.Gpu);
    }

    [Fact]
    public void Without_a_driver_there_are_no_GPUs() =>
        Assert.Null(GpuLoad.Find(TimeProvider.System, "libtunegraph-has-no-such-driver.so.1"));
}
