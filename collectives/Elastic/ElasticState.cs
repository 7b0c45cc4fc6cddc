namespace TuneGraph.Collectives;

/// <summary>
/// What a run must keep when its members change: the memory registered here, with a copy of the last committed step. A
/// step that a failure interrupts may have left anything behind; <see cref="RollBack"/> takes it back. For one thread.
/// </summary>
public sealed class ElasticState
{
    private readonly List<Slot> _slots = [];

    /// <summary>The last committed step; 0 before the first.</summary>
    public long Step { get; private set; }

    /// <summary>Adds memory that belongs to the state, such as parameters or optimizer moments.</summary>
    /// <param name="live">What the run reads and writes; its content counts as committed.</param>
    public void Register<T>(Memory<T> live) where T : unmanaged => _slots.Add(new Slot<T>(live));

    /// <summary>The step is done: what is in memory now is what a failure leads back to.</summary>
    /// <param name="step">Its number, more than the last one's.</param>
    public void Commit(long step)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(step, Step);
        foreach (var slot in _slots) slot.Commit();
        Step = step;
    }

    /// <summary>Puts back the last committed step.</summary>
    public void RollBack()
    {
        foreach (var slot in _slots) slot.RollBack();
    }

    /// <summary>
    /// A collective for the beginning of an epoch: every rank gets rank 0's committed state and step, which
    /// <see cref="MembershipEpoch"/> makes the newest.
    /// </summary>
    /// <param name="group">The epoch's group.</param>
    /// <param name="cancellationToken">Ends the wait, and with it the group.</param>
    /// <exception cref="CollectiveException">The group is over; the state is still the committed one, or complete and
    /// new.</exception>
    public void Synchronise(ProcessGroup group, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(group);
        RollBack();
        Span<long> step = [Step];
        try
        {
            group.Broadcast(step, 0, cancellationToken);
            foreach (var slot in _slots) slot.Broadcast(group, cancellationToken);
        }
        catch
        {
            RollBack();
            throw;
        }
        foreach (var slot in _slots) slot.Commit();
        Step = step[0];
    }

    private abstract class Slot
    {
        internal abstract void Commit();

        internal abstract void RollBack();

        internal abstract void Broadcast(ProcessGroup group, CancellationToken cancellationToken);
    }

    private sealed class Slot<T>(Memory<T> live) : Slot where T : unmanaged
    {
        private readonly T[] _committed = live.ToArray();

        internal override void Commit() => live.Span.CopyTo(_committed);

        internal override void RollBack() => _committed.CopyTo(live.Span);

        internal override void Broadcast(ProcessGroup group, CancellationToken cancellationToken) =>
            group.Broadcast(live.Span, 0, cancellationToken);
    }
}
