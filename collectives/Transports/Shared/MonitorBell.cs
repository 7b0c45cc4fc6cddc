namespace TuneGraph.Collectives;

/// <summary>The bell among threads of one process.</summary>
/// <param name="memory">Two lines of memory: the strokes, the parked. Lives as long as the bell.</param>
internal sealed unsafe class MonitorBell(PinnedMemory memory)
    : Bell((int*)memory.Start, (int*)(memory.Start + BoardLayout.Line))
{
    private readonly PinnedMemory _memory = memory;

    protected override void Wake()
    {
        lock (_memory) Monitor.PulseAll(_memory);
    }

    protected override void Sleep(long ticket, TimeSpan atMost)
    {
        lock (_memory)
        {
            if (!HasRung(ticket)) Monitor.Wait(_memory, atMost);
        }
    }
}
