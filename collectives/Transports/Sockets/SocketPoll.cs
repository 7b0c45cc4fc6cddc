using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace TuneGraph.Collectives;

/// <summary>
/// Waits for one socket to be readable and one to be writable, on Linux by ppoll(2): to the microsecond, where
/// <see cref="Socket.Select(System.Collections.IList, System.Collections.IList, System.Collections.IList, TimeSpan)"/>
/// rounds to milliseconds.
/// </summary>
internal sealed unsafe class SocketPoll
{
    private const short In = 1;
    private const short Out = 4;

    private readonly List<Socket> _readable = new(1);
    private readonly List<Socket> _writable = new(1);

    internal void Wait(Socket? readable, Socket? writable, TimeSpan atMost)
    {
        if (OperatingSystem.IsLinux() && sizeof(nint) == 8) Poll(readable, writable, atMost);
        else Select(readable, writable, atMost);
    }

    private static void Poll(Socket? readable, Socket? writable, TimeSpan atMost)
    {
        var sockets = stackalloc Entry[2];
        var count = 0;
        var (readHeld, writeHeld) = (false, false);
        try
        {
            // A handle that is held cannot be closed, and its number not given to another file, while it is waited for.
            readable?.SafeHandle.DangerousAddRef(ref readHeld);
            writable?.SafeHandle.DangerousAddRef(ref writeHeld);
            if (readHeld) sockets[count++] = new((int)readable!.Handle, In);
            if (writeHeld) sockets[count++] = new((int)writable!.Handle, Out);
            // Seconds and nanoseconds of struct timespec.
            var (seconds, rest) = Math.DivRem(Math.Max(0, atMost.Ticks), TimeSpan.TicksPerSecond);
            var time = stackalloc long[] { seconds, rest * TimeSpan.NanosecondsPerTick };
            _ = Poll(sockets, (nuint)count, time, null); // whatever it returns, the caller looks again
        }
        catch (ObjectDisposedException)
        {
            // The connection is gone, which the caller finds when it looks again.
        }
        finally
        {
            if (readHeld) readable!.SafeHandle.DangerousRelease();
            if (writeHeld) writable!.SafeHandle.DangerousRelease();
        }
    }

    private void Select(Socket? readable, Socket? writable, TimeSpan atMost)
    {
        _readable.Clear();
        _writable.Clear();
        if (readable is not null) _readable.Add(readable);
        if (writable is not null) _writable.Add(writable);
        Socket.Select(_readable, _writable, null, atMost);
    }

    [DllImport("libc", EntryPoint = "ppoll")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Poll(Entry* entries, nuint count, long* timeout, void* signals);

    /// <summary>struct pollfd.</summary>
    private struct Entry(int file, short events)
    {
        internal int File = file;
        internal short Events = events;
        internal short Returned = 0;
    }
}
