using System.Runtime.InteropServices;

namespace TuneGraph.Collectives;

/// <summary>What a thread can ask of Linux's scheduler without rights. Elsewhere nothing happens.</summary>
internal static unsafe class ThreadScheduling
{
    // 100 us is the shortest slice that sched_setattr(2) grants a normal thread.
    private const ulong ShortSlice = 100_000;

    private static bool IsSupported { get; } = OperatingSystem.IsLinux()
        && RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.Arm64;

    private static bool IsX64 => RuntimeInformation.ProcessArchitecture == Architecture.X64;

    /// <summary>
    /// Gives this thread short turns, so that from Linux 6.12 on it gets the processor soon after it is woken, though
    /// another thread computes there: between threads of equal rights the one with the nearer deadline goes first.
    /// </summary>
    internal static void ShortenSlice()
    {
        if (!IsSupported) return;
        Attributes attributes = default;
        if (Get(IsX64 ? 315 : 275, 0, &attributes, (uint)sizeof(Attributes), 0) != 0 || attributes.Policy != 0) return;
        attributes.Runtime = ShortSlice;
        _ = Set(IsX64 ? 314 : 274, 0, &attributes, 0); // refused by older kernels or not, all goes on
    }

    [DllImport("libc", EntryPoint = "syscall")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint Get(nint number, nint thread, Attributes* attributes, nuint size, nuint flags);

    [DllImport("libc", EntryPoint = "syscall")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint Set(nint number, nint thread, Attributes* attributes, nuint flags);

    /// <summary>struct sched_attr, first version.</summary>
    private struct Attributes
    {
        internal uint Size;
        internal uint Policy;
        internal ulong Flags;
        internal int Nice;
        internal uint Priority;
        internal ulong Runtime;
        internal ulong Deadline;
        internal ulong Period;
    }
}
