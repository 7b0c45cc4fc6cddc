using TuneGraph.Worker;

namespace TuneGraph.Tests.Hosts;

public sealed class OwnLoadTests
{
    private static readonly string[] _memory =
        ["MemTotal:        8000 kB", "MemFree:          100 kB", "MemAvailable:    6000 kB"];

    // 100 ticks more, of which 20 idle and 5 waiting for a disk: 75 of a hundred were work.
    [Fact]
    public void The_load_is_the_share_of_ticks_since_the_last_reading_that_were_work()
    {
        var load = new OwnLoad();
        _ = load.Read("cpu  100 0 50 800 50 0 0 0 0 0", _memory);

        var read = load.Read("cpu  160 5 60 820 55 0 0 0 0 0", _memory);

        Assert.Equal(new MachineLoad(0.75, 2000 * 1024, 8000 * 1024), read);
        Assert.Equal(read, load.Read("cpu  161 5 60 820 55 0 0 0 0 0", _memory));
    }
}
