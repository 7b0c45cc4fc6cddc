using System.Globalization;

namespace TuneGraph;

/// <summary>
/// What this machine is doing, as Linux and the driver of its GPUs tell it; elsewhere nothing is known. Used by one
/// thread at a time.
/// </summary>
/// <param name="time">The clock that rates are taken by.</param>
/// <param name="gpus">The machine's GPUs; null for none.</param>
internal sealed class OwnLoad(TimeProvider time, GpuLoad? gpus = null)
{
    private const string Processors = "/proc/stat";
    private const string Memory = "/proc/meminfo";
    private const string Network = "/proc/net/dev";
    private const int Kilobyte = 1024;

    // What goes through these was or will be counted at a real card, or never leaves the machine.
    private static readonly string[] _virtual = ["lo", "docker", "veth", "br-", "virbr", "cni", "flannel", "dummy"];

    private (long Busy, long All) _before;
    private (long Received, long Sent, long At)? _carried;
    private MachineLoad? _last;

    /// <summary>The load since the last reading that was some time ago; null where it cannot be told.</summary>
    public MachineLoad? Read()
    {
        try
        {
            if (!OperatingSystem.IsLinux())
                return null;
            var network = File.Exists(Network) ? File.ReadLines(Network) : [];
            var load = Read(File.ReadLines(Processors).First(), File.ReadLines(Memory), network);
            return gpus?.Last is { } gpu && load is not null
                ? load with { Gpu = gpu.Busy, GpuMemoryBytes = gpu.MemoryBytes, GpuMemoryTotalBytes = gpu.TotalBytes }
                : load;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            return null;
        }
    }

    /// <summary>
    /// The load by the first line of <c>/proc/stat</c> and those of <c>/proc/meminfo</c> and <c>/proc/net/dev</c>.
    /// </summary>
    internal MachineLoad? Read(string processors, IEnumerable<string> memory, IEnumerable<string> network)
    {
        // user nice system idle iowait irq softirq steal: waiting for a disk is no work of a core.
        const int Counted = 8;
        const int Least = 20;
        var ticks = processors.Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Take(Counted)
            .Select(Number).ToList();
        var (all, busy) = (ticks.Sum(), ticks.Sum() - ticks[3] - ticks[4]);
        if (all - _before.All < Least)
            return _last;
        var share = Math.Clamp((busy - _before.Busy) / (double)(all - _before.All), 0, 1);
        _before = (busy, all);
        var kinds = memory.Select(line => line.Split(':')).Where(parts => parts.Length == 2)
            .ToDictionary(parts => parts[0], parts => Kilobytes(parts[1]), StringComparer.Ordinal);
        var total = kinds["MemTotal"];
        var (received, sent) = Rates(network);
        return _last = new MachineLoad(share, total - kinds.GetValueOrDefault("MemAvailable"), total)
        {
            ReceivedPerSecond = received,
            SentPerSecond = sent,
        };
    }

    // A card that has gone takes its counters with it: then there is no rate this time.
    private (double? Received, double? Sent) Rates(IEnumerable<string> network)
    {
        const int Received = 0;
        const int Sent = 8;
        long[][] cards =
        [
            .. network.Select(line => line.Split(':')).Where(parts => parts.Length == 2 && IsCard(parts[0].Trim()))
                .Select(parts => parts[1].Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .Where(numbers => numbers.Length > Sent)
                .Select(numbers => new[] { Number(numbers[Received]), Number(numbers[Sent]) }),
        ];
        if (cards.Length == 0)
            return (null, null);
        var (received, sent, at) = (cards.Sum(card => card[0]), cards.Sum(card => card[1]), time.GetTimestamp());
        var before = _carried;
        _carried = (received, sent, at);
        if (before is not { } known || received < known.Received || sent < known.Sent)
            return (null, null);
        var seconds = time.GetElapsedTime(known.At, at).TotalSeconds;
        return seconds > 0 ? ((received - known.Received) / seconds, (sent - known.Sent) / seconds) : (null, null);
    }

    private static bool IsCard(string name) => !_virtual.Any(kind => name.StartsWith(kind, StringComparison.Ordinal));

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    private static long Kilobytes(string text) =>
        Number(text.Replace("kB", "", StringComparison.Ordinal).Trim()) * Kilobyte;
}
