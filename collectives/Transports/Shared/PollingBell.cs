namespace TuneGraph.Collectives;

/// <summary>The bell among processes where there is no futex: parked ranks look up once a millisecond.</summary>
internal sealed unsafe class PollingBell(int* strokes, int* parked) : Bell(strokes, parked)
{
    private static readonly ManualResetEvent _never = new(false);

    protected override void Wake() { }

    protected override void Sleep(long ticket, TimeSpan atMost)
    {
        if (!HasRung(ticket)) _never.WaitOne(1);
    }
}
