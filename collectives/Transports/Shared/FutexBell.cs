using System.Runtime.InteropServices;

namespace TuneGraph.Collectives;

/// <summary>The bell among processes on Linux: one futex word in the shared memory, see futex(2).</summary>
internal sealed unsafe class FutexBell(int* strokes, int* parked) : Bell(strokes, parked)
{
    // Without FUTEX_PRIVATE_FLAG: the word is shared between processes.
    private const int FutexWait = 0;
    private const int FutexWake = 1;

    internal static bool IsSupported { get; } = OperatingSystem.IsLinux()
        && RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.Arm64;

    private static nint CallNumber => RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 202 : 98;

    protected override void Wake() => Call(CallNumber, Strokes, FutexWake, int.MaxValue, null, null, 0);

    protected override void Sleep(long ticket, TimeSpan atMost)
    {
        // Seconds and nanoseconds of struct timespec. EAGAIN (it rang), EINTR and ETIMEDOUT all mean: look again.
        var (seconds, rest) = Math.DivRem(atMost.Ticks, TimeSpan.TicksPerSecond);
        var time = stackalloc long[] { seconds, rest * TimeSpan.NanosecondsPerTick };
        Call(CallNumber, Strokes, FutexWait, (int)ticket, time, null, 0);
    }

    [DllImport("libc", EntryPoint = "syscall")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint Call(
        nint number, int* word, nint operation, nint value, long* timeout, int* other, nint bits);
}
