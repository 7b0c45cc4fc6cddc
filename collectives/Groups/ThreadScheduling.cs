using System.Runtime.InteropServices;

namespace TuneGraph.Collectives;

/// <summary>What a thread can ask of Linux's scheduler without rights. Elsewhere nothing happens.</summary>
internal static unsafe class ThreadScheduling
{
    // 100 us is the shortest slice that sched_setattr(2) grants a normal thread.
    private const ulong ShortSlice = 100_000;

    private const int MostProcessors = 1024;

    private static readonly Lock _gate = new();
    private static ulong[]? _allowed;

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

    /// <summary>Processors that the process may use; 0 where the system does not tell.</summary>
    internal static int Processors =>
        IsSupported && Allowed() is { } allowed ? allowed.Sum(System.Numerics.BitOperations.PopCount) : 0;

    /// <summary>
    /// Binds this thread, and those that it starts, to the n-th of the processors that the process may use.
    /// </summary>
    /// <returns>False where there is no such processor, or the system does not let itself be told.</returns>
    internal static bool Bind(int n)
    {
        if (!IsSupported || Allowed() is not { } allowed) return false;
        var mask = stackalloc ulong[MostProcessors / 64];
        new Span<ulong>(mask, MostProcessors / 64).Clear();
        for (var processor = 0; processor < MostProcessors; processor++)
        {
            if ((allowed[processor / 64] >> processor % 64 & 1) == 0 || n-- > 0) continue;
            mask[processor / 64] = 1UL << processor % 64;
            return SetAffinity(0, MostProcessors / 8, mask) == 0;
        }
        return false;
    }

    /// <summary>Lets this thread run on all processors again, if its starter was bound.</summary>
    internal static void Unbind()
    {
        if (Volatile.Read(ref _allowed) is not { } allowed) return;
        fixed (ulong* mask = allowed) _ = SetAffinity(0, MostProcessors / 8, mask);
    }

    /// <summary>What the first thread to be bound was allowed.</summary>
    private static ulong[]? Allowed()
    {
        lock (_gate)
        {
            if (_allowed is not null) return _allowed;
            var mask = new ulong[MostProcessors / 64];
            fixed (ulong* place = mask)
            {
                if (GetAffinity(0, MostProcessors / 8, place) != 0) return null;
            }
            Volatile.Write(ref _allowed, mask);
            return mask;
        }
    }

    [DllImport("libc", EntryPoint = "sched_getaffinity")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int GetAffinity(int thread, nuint bytes, ulong* mask);

    [DllImport("libc", EntryPoint = "sched_setaffinity")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetAffinity(int thread, nuint bytes, ulong* mask);

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
