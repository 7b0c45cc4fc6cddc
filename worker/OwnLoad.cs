using System.Globalization;

namespace TuneGraph.Worker;

/// <summary>What this machine is doing, as Linux tells it; elsewhere nothing is known.</summary>
internal sealed class OwnLoad
{
    private const string Processors = "/proc/stat";
    private const string Memory = "/proc/meminfo";
    private const int Kilobyte = 1024;

    private (long Busy, long All) _before;
    private MachineLoad? _last;

    /// <summary>The load since the last reading that was some time ago; null where it cannot be told.</summary>
    public MachineLoad? Read()
    {
        try
        {
            return OperatingSystem.IsLinux() ? Read(File.ReadLines(Processors).First(), File.ReadLines(Memory)) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            return null;
        }
    }

    /// <summary>The load by the first line of <c>/proc/stat</c> and those of <c>/proc/meminfo</c>.</summary>
    internal MachineLoad? Read(string processors, IEnumerable<string> memory)
    {
        // user nice system idle iowait irq softirq steal: waiting for a disk is no work of a core.
        const int Counted = 8;
        const int Least = 20;
        var ticks = processors.Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Take(Counted)
            .Select(text => long.Parse(text, CultureInfo.InvariantCulture)).ToList();
        var (all, busy) = (ticks.Sum(), ticks.Sum() - ticks[3] - ticks[4]);
        if (all - _before.All < Least)
            return _last;
        var share = Math.Clamp((busy - _before.Busy) / (double)(all - _before.All), 0, 1);
        _before = (busy, all);
        var kinds = memory.Select(line => line.Split(':')).Where(parts => parts.Length == 2)
            .ToDictionary(parts => parts[0], parts => Kilobytes(parts[1]), StringComparer.Ordinal);
        var total = kinds["MemTotal"];
        return _last = new MachineLoad(share, total - kinds.GetValueOrDefault("MemAvailable"), total);
    }

    private static long Kilobytes(string text) =>
        long.Parse(text.Replace("kB", "", StringComparison.Ordinal).Trim(), CultureInfo.InvariantCulture) * Kilobyte;
}
