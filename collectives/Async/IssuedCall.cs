using System.Buffers;

namespace TuneGraph.Collectives;

/// <summary>A call on its way to the progress thread, with what keeps its memory in place.</summary>
internal sealed class IssuedCall(CollectiveWork work, CollectiveHandle handle, MemoryHandle[] pins)
{
    internal CollectiveWork Work { get; } = work;

    internal CollectiveHandle Handle { get; } = handle;

    internal void Complete(Exception? error)
    {
        foreach (var pin in pins) pin.Dispose();
        Handle.Complete(error);
    }
}
