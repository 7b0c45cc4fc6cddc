using System.Collections.Immutable;

namespace TuneGraph.Collectives;

/// <summary>
/// How a rank waits inside a call: spins for some 20 us, yields, then parks; and while parked looks out for an abort,
/// cancellation, a mismatch, ranks that left, and the stall time.
/// </summary>
/// <remarks>
/// The spin is short on purpose: with two ranks on one core, 120 us of spinning made a 3 us all-reduce take 200 us, 18
/// us of it 35 us (measured on a two-core EPYC guest). And it adapts: a wait that spinning did not end halves the next
/// spin, one that it ended doubles it, so ranks that share a core soon hand it over at once. A progress thread does not
/// yield: under Linux's fair scheduler (EEVDF) a thread that yields lets the computing thread have its whole slice of 3
/// ms, one that sleeps and is woken does not.
/// </remarks>
internal sealed class Waiter(Transport transport, ProcessGroupOptions options)
{
    private const int LeastSpins = 2;
    private const int MostSpins = 64;
    private const int Yields = 40;
    private const int NoticeTries = 100_000;
    private static readonly TimeSpan _parkTime = TimeSpan.FromMilliseconds(10);

    private CollectiveCall _call;
    private int _yields;
    private CancellationToken _cancellationToken;
    private int _tries;
    private int _spins = MostSpins;
    private bool _prepared;
    private long _ticket;
    private long? _since;
    private int _lost = -1;

    /// <summary>A new call.</summary>
    /// <param name="call">The call.</param>
    /// <param name="yields">Whether it may yield; false on a progress thread.</param>
    /// <param name="cancellationToken">Ends its waits.</param>
    internal void Begin(in CollectiveCall call, bool yields, CancellationToken cancellationToken)
    {
        _call = call;
        _yields = yields ? Yields : 0;
        _cancellationToken = cancellationToken;
        Progressed();
    }

    /// <summary>Something moved: patience starts anew.</summary>
    internal void Progressed()
    {
        if (_tries > _spins) _spins = Math.Max(LeastSpins, _spins / 2);
        else if (_tries > 0) _spins = Math.Min(MostSpins, _spins * 2);
        _tries = 0;
        _since = null;
        _lost = -1;
        if (!_prepared) return;
        _prepared = false;
        transport.CancelPark();
    }

    /// <summary>
    /// Waits a little for room toward <paramref name="to"/> or bytes from <paramref name="from"/> (−1: none).
    /// </summary>
    internal void Pause(int to, int from)
    {
        if (!Park(to, from)) return;
        Check(to, from);
    }

    /// <summary>Waits a little, whatever happens to the group.</summary>
    internal void PauseWhatever() => Park(-1, -1);

    internal void ThrowAborted()
    {
        FindMismatch();
        // The notice may still be being written; but not for ever, as its writer may have been killed.
        for (var tries = 0; transport.Notice is null && tries < NoticeTries; tries++) Thread.Yield();
        var notice = transport.Notice ?? new(transport.Rank, "another rank ended it and died before it could say why.");
        throw new CollectiveAbortedException(notice, _call);
    }

    internal static string ReasonOf(Exception e) =>
        e is OperationCanceledException ? "a call was cancelled." : e.Message;

    /// <summary>One step of patience; true when it is time to look around.</summary>
    private bool Park(int to, int from)
    {
        if (_tries < _spins)
        {
            _tries++;
            Thread.SpinWait(8);
            return false;
        }
        if (_tries < _spins + _yields)
        {
            _tries++;
            Thread.Yield();
            return false;
        }
        if (_prepared)
        {
            _prepared = false;
            transport.Park(_ticket, to, from, _parkTime);
        }
        _ticket = transport.PreparePark();
        _prepared = true;
        return true;
    }

    private void Check(int to, int from)
    {
        transport.RefreshStatus();
        FindMismatch();
        if (transport.Notice is { } notice) throw new CollectiveAbortedException(notice, _call);
        _cancellationToken.ThrowIfCancellationRequested();
        for (var rank = 0; rank < transport.WorldSize; rank++) FindDeparture(rank, to, from);
        _since ??= options.TimeProvider.GetTimestamp();
        var waited = options.TimeProvider.GetElapsedTime(_since.Value);
        var limited = options.StallTime != Timeout.InfiniteTimeSpan;
        if (limited && waited >= options.StallTime) ThrowStalled(waited, to, from);
    }

    // A rank that failed in a call stays "inside" it, so both sides of a mismatch can be told, whoever finds it first.
    private void FindMismatch()
    {
        if (!_call.Kind.IsCollective()) return;
        for (var rank = 0; rank < transport.WorldSize; rank++)
        {
            var (call, inside, _) = transport.StatusOf(rank);
            if (inside && call.Kind.IsCollective() && call.Sequence == _call.Sequence && !call.Matches(_call))
                throw new CollectiveMismatchException(transport.Rank, _call, rank, call);
        }
    }

    private void FindDeparture(int rank, int to, int from)
    {
        var status = transport.StatusOf(rank);
        if (!status.Departed || rank == transport.Rank) return;
        var never = _call.Kind.IsCollective() && status.Call.Sequence < _call.Sequence;
        if (!never && rank != to && rank != from) return;
        // What it sent before it left may have come since the last look: look once more before giving up.
        if (never || _lost == rank)
            throw new CollectiveAbortedException(
                new(rank, $"it {status}, while rank {transport.Rank} waits in {_call}."), _call);
        _lost = rank;
    }

    private void ThrowStalled(TimeSpan waited, int to, int from)
    {
        var others = Enumerable.Range(0, transport.WorldSize).Where(rank => rank != transport.Rank).ToArray();
        var missing = others.Where(rank => IsMissing(rank, transport.StatusOf(rank))).ToImmutableArray();
        if (missing.IsEmpty) missing = [.. others.Where(rank => rank == to || rank == from)];
        var where = string.Join("; ", others.Select(rank => $"rank {rank} {transport.StatusOf(rank)}"));
        throw new CollectiveStalledException(
            $"Rank {transport.Rank} made no progress in {_call} for {waited.TotalSeconds:0.###} s (StallTime "
            + $"{options.StallTime.TotalSeconds:0.###} s). It waits for rank {string.Join(", ", missing)}: {where}. "
            + "Every rank must reach the same call; raise StallTime if steps take longer.",
            _call,
            missing);

        bool IsMissing(int rank, RankStatus status) =>
            _call.Kind.IsCollective() ? status.Call.Sequence < _call.Sequence : rank == _call.Root;
    }
}
