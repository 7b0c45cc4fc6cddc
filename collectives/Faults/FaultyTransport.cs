using System.Collections.Immutable;

namespace TuneGraph.Collectives;

/// <summary>
/// A transport that fails as networks do, on order: for tests of what stands on it, and for measuring with an added
/// delay. Give it to <see cref="ProcessGroup.Over"/>. Values pass by messages even where memory is shared.
/// </summary>
/// <param name="inner">What it stands on, and owns.</param>
/// <param name="plan">What goes wrong. May differ from rank to rank.</param>
public sealed class FaultyTransport(Transport inner, FaultPlan plan) : Transport(inner.Rank, inner.WorldSize)
{
    private const int PieceBytes = 64 * 1024;

    private readonly Random _random = new(plan.Seed);
    private readonly ArrivalQueue[] _arrivals =
        [.. Enumerable.Range(0, inner.WorldSize).Select(_ => new ArrivalQueue())];
    private readonly byte[] _piece = new byte[PieceBytes];
    private readonly bool _touchesPieces =
        plan.Delay > TimeSpan.Zero || plan.Drop > 0 || plan.Duplicate > 0 || plan.Reorder > 0 || plan.Corrupt > 0;

    private long _operations;

    /// <inheritdoc/>
    public override AbortNotice? Notice => inner.Notice;

    internal override HostMap Hosts => inner.Hosts;

    /// <inheritdoc/>
    public override int TryWrite(int to, ReadOnlySpan<byte> bytes) =>
        Allowed(bytes.Length) is var count and > 0 ? inner.TryWrite(to, bytes[..count]) : 0;

    /// <inheritdoc/>
    public override int TryRead(int from, Span<byte> bytes)
    {
        var count = Allowed(bytes.Length);
        if (count == 0) return 0;
        if (!_touchesPieces) return inner.TryRead(from, bytes[..count]);
        var come = inner.TryRead(from, _piece);
        if (come > 0) Take(_arrivals[from], _piece.AsSpan(0, come));
        return _arrivals[from].Read(bytes[..count], plan.TimeProvider.GetTimestamp());
    }

    /// <inheritdoc/>
    public override long PreparePark() => inner.PreparePark();

    /// <inheritdoc/>
    public override void CancelPark() => inner.CancelPark();

    /// <inheritdoc/>
    public override void Park(long ticket, int to, int from, TimeSpan atMost)
    {
        // A stutter is no event that anybody would be woken by.
        if (plan.Stutter > 0) atMost = TimeSpan.Zero;
        else if (from >= 0 && _arrivals[from].NextDue is { } due)
        {
            var left = plan.TimeProvider.GetElapsedTime(plan.TimeProvider.GetTimestamp(), due);
            atMost = TimeSpan.FromTicks(Math.Clamp(left.Ticks, 0, atMost.Ticks));
        }
        inner.Park(ticket, to, from, atMost);
    }

    /// <inheritdoc/>
    public override void Publish(in CollectiveCall call, bool inside) => inner.Publish(call, inside);

    /// <inheritdoc/>
    public override RankStatus StatusOf(int rank) => inner.StatusOf(rank);

    /// <inheritdoc/>
    public override void RefreshStatus() => inner.RefreshStatus();

    /// <inheritdoc/>
    public override void Abort(AbortNotice notice) => inner.Abort(notice);

    /// <inheritdoc/>
    public override Transport Split(ImmutableArray<int> members, long key) =>
        new FaultyTransport(inner.Split(members, key), plan with { Seed = _random.Next() });

    /// <inheritdoc/>
    protected override void Dispose(bool disposing) => inner.Dispose();

    /// <summary>How many of the bytes this operation may move.</summary>
    private int Allowed(int length)
    {
        _operations++;
        if (_operations >= plan.BreaksAt) throw new IOException($"The cable of rank {Rank} broke.");
        if (_operations >= plan.CutsAt || Draw(plan.Stutter)) return 0;
        return plan.Stutter > 0 ? _random.Next(1, length + 1) : length;
    }

    private void Take(ArrivalQueue arrivals, Span<byte> piece)
    {
        if (Draw(plan.Drop)) return;
        if (Draw(plan.Corrupt)) piece[_random.Next(piece.Length)] ^= (byte)(1 << _random.Next(8));
        var clock = plan.TimeProvider;
        var due = clock.GetTimestamp() + (long)(plan.Delay.TotalSeconds * clock.TimestampFrequency);
        var late = Draw(plan.Reorder);
        arrivals.Add(piece, due, late);
        if (Draw(plan.Duplicate)) arrivals.Add(piece, due, late: false);
    }

    private bool Draw(double probability) => probability > 0 && _random.NextDouble() < probability;
}
