using System.Buffers.Text;
using System.Diagnostics;
using Microsoft.Win32.SafeHandles;

namespace TuneGraph.Collectives;

/// <summary>Which process a rank is, so that its death can be told from slowness.</summary>
/// <param name="Id">Process id; 0 where unknown.</param>
/// <param name="Started">Start time in clock ticks since boot, which tells a re-used id; 0 where unknown.</param>
internal readonly record struct ProcessWatch(long Id, long Started)
{
    internal static ProcessWatch Own()
    {
        using var process = Process.GetCurrentProcess();
        using var file = Open(process.Id);
        return Read(process.Id, file) ?? new(process.Id, 0);
    }

    /// <summary>The file that tells of this process, to be kept open; null elsewhere than on Linux, or if it is
    /// gone.</summary>
    internal SafeFileHandle? Open() => Open(Id);

    /// <summary>Whether the file shows this very process, and not as a zombie. Allocates nothing.</summary>
    internal bool IsSeenAlive(SafeFileHandle? file) => Read(Id, file) == this;

    private static SafeFileHandle? Open(long id)
    {
        try
        {
            return File.OpenHandle($"/proc/{id}/stat");
        }
        catch (IOException)
        {
            return null;
        }
    }

    // Field 3 of /proc/<id>/stat is the state, field 22 the start time; field 2, the name in brackets, may hold
    // anything.
    private static ProcessWatch? Read(long id, SafeFileHandle? file)
    {
        if (file is null) return null;
        Span<byte> text = stackalloc byte[1024];
        try
        {
            ReadOnlySpan<byte> rest = text[..RandomAccess.Read(file, text, 0)];
            rest = rest[(rest.LastIndexOf((byte)')') + 2)..];
            if (rest[0] is (byte)'Z' or (byte)'X') return null;
            for (var field = 3; field < 22; field++) rest = rest[(rest.IndexOf((byte)' ') + 1)..];
            return Utf8Parser.TryParse(rest, out long started, out _) ? new(id, started) : null;
        }
        catch (IOException)
        {
            // ESRCH: the process is gone.
            return null;
        }
    }
}
