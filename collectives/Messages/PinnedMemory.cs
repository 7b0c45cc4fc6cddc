using System.Runtime.CompilerServices;

namespace TuneGraph.Collectives;

/// <summary>Zeroed managed memory that stays where it is; collected like anything else.</summary>
internal sealed unsafe class PinnedMemory(int bytes)
{
    private readonly byte[] _memory = GC.AllocateArray<byte>(bytes + BoardLayout.Line, pinned: true);

    /// <summary>First byte, at the start of a line.</summary>
    internal byte* Start
    {
        get
        {
            var start = (nint)Unsafe.AsPointer(ref _memory[0]);
            return (byte*)((start + BoardLayout.Line - 1) & ~(nint)(BoardLayout.Line - 1));
        }
    }
}
