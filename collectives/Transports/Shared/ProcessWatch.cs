using System.Diagnostics;
using System.Globalization;

namespace TuneGraph.Collectives;

/// <summary>Which process a rank is, so that its death can be told from slowness.</summary>
/// <param name="Id">Process id; 0 where unknown.</param>
/// <param name="Started">Start time in clock ticks since boot, which tells a re-used id; 0 where unknown.</param>
internal readonly record struct ProcessWatch(long Id, long Started)
{
    internal static ProcessWatch Own()
    {
        using var process = Process.GetCurrentProcess();
        return Read(process.Id) ?? new(process.Id, 0);
    }

    /// <summary>Whether /proc shows this very process, and not as a zombie. Elsewhere than on Linux: false.</summary>
    internal bool IsSeenAlive => Read(Id) == this;

    // Field 3 of /proc/<id>/stat is the state, field 22 the start time; field 2, the name in brackets, may hold
    // anything.
    private static ProcessWatch? Read(long id)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{id}/stat");
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            return fields[0] is "Z" or "X" ? null : new(id, long.Parse(fields[19], CultureInfo.InvariantCulture));
        }
        catch (IOException)
        {
            return null;
        }
    }
}
