namespace TuneGraph.Collectives;

/// <summary>
/// Wakes parked ranks. Whoever changed shared memory rings; a ring costs one fence while nobody is parked.
/// Protocol: the waiter counts itself in, takes the ticket, looks again, and only then sleeps; so either its second
/// look sees the change, or the ringer sees the waiter.
/// </summary>
internal abstract unsafe class Bell(int* strokes, int* parked)
{
    internal void Ring()
    {
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref *parked) == 0) return;
        Interlocked.Increment(ref *strokes);
        Wake();
    }

    internal long Prepare()
    {
        Interlocked.Increment(ref *parked);
        return Volatile.Read(ref *strokes);
    }

    internal void Cancel() => Interlocked.Decrement(ref *parked);

    internal void Park(long ticket, TimeSpan atMost)
    {
        if (!HasRung(ticket)) Sleep(ticket, atMost);
        Interlocked.Decrement(ref *parked);
    }

    protected int* Strokes => strokes;

    protected bool HasRung(long ticket) => Volatile.Read(ref *strokes) != ticket;

    protected abstract void Wake();

    protected abstract void Sleep(long ticket, TimeSpan atMost);
}
