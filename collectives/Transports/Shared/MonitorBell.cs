namespace TuneGraph.Collectives;

/// <summary>The bell among threads of one process.</summary>
internal sealed unsafe class MonitorBell(int* strokes, int* parked, object room) : Bell(strokes, parked)
{
    protected override void Wake()
    {
        lock (room) Monitor.PulseAll(room);
    }

    protected override void Sleep(long ticket, TimeSpan atMost)
    {
        lock (room)
        {
            if (!HasRung(ticket)) Monitor.Wait(room, atMost);
        }
    }
}
