using System.Buffers;

namespace TuneGraph.Collectives;

/// <summary>A call on its way to the progress thread, with what keeps its memory in place.</summary>
internal sealed class IssuedCall(CollectiveRunner runner, CollectiveWork work, MemoryHandle[] pins) : ProgressWork
{
    internal CollectiveHandle Handle { get; } = new();

    internal override void Run()
    {
        Exception? error = null;
        try
        {
            runner.Execute(work);
        }
        catch (Exception e)
        {
            // Whatever it is, it belongs to whoever waits on the handle.
            error = e;
        }
        Complete(error);
    }

    internal override void Refuse(Exception reason) => Complete(reason);

    private void Complete(Exception? error)
    {
        foreach (var pin in pins) pin.Dispose();
        Handle.Complete(error);
    }
}
