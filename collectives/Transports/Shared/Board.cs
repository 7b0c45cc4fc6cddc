using System.Runtime.InteropServices;
using System.Text;

namespace TuneGraph.Collectives;

/// <summary>
/// Shared memory on which the ranks of one group meet: who is where, whose vector lies where, one abort notice, and the
/// two words of the fused collectives. The same layout serves threads of one process and processes of one host.
/// </summary>
internal sealed unsafe class Board
{
    private const long Poison = long.MinValue;
    private const int CountBits = 16;
    private const int MostTries = 100_000;

    private readonly byte* _memory;
    private readonly byte* _origin;
    private readonly BoardWindow? _window;
    private AbortNotice? _notice;

    /// <param name="memory">At least <see cref="BoardLayout.HeaderBytes"/>, zeroed by its creator, 128-byte
    /// aligned.</param>
    /// <param name="rank">This member.</param>
    /// <param name="worldSize">Number of ranks, below 65,536.</param>
    /// <param name="bell">Wakes the others.</param>
    /// <param name="window">
    /// Where the ranks are processes: the part of memory that all can reach. Null where all memory is common.
    /// </param>
    internal Board(byte* memory, int rank, int worldSize, Bell bell, BoardWindow? window)
    {
        _memory = memory;
        Rank = rank;
        WorldSize = worldSize;
        Bell = bell;
        _window = window;
        _origin = window is null ? null : memory;
    }

    internal int Rank { get; }

    internal int WorldSize { get; }

    internal Bell Bell { get; }

    /// <summary>Bytes that one pass of a fused collective may cover.</summary>
    internal long PassBytes => _window?.PassBytes ?? long.MaxValue;

    private byte* Slot(int rank) => _memory + BoardLayout.Slots + (rank * BoardLayout.SlotBytes);

    private ref long Arrivals => ref *(long*)(_memory + BoardLayout.Arrivals);

    internal void Publish(in CollectiveCall call, bool inside)
    {
        var slot = Slot(Rank);
        ref var version = ref *(long*)(slot + BoardLayout.Version);
        Volatile.Write(ref version, version + 1);
        Volatile.WriteBarrier();
        *(CollectiveCall*)(slot + BoardLayout.Call) = call;
        *(int*)(slot + BoardLayout.Inside) = inside ? 1 : 0;
        Volatile.Write(ref version, version + 1);
    }

    /// <summary>
    /// A consistent reading: repeated while the rank writes, that is, while its version is odd or moves. A process
    /// killed while writing leaves it odd for ever; after so many tries its state is as good as it will get.
    /// </summary>
    internal RankStatus StatusOf(int rank)
    {
        var slot = Slot(rank);
        for (var tries = 0; ; tries++)
        {
            var before = Volatile.Read(ref *(long*)(slot + BoardLayout.Version));
            var departed = Volatile.Read(ref *(int*)(slot + BoardLayout.Departed)) != 0;
            var call = *(CollectiveCall*)(slot + BoardLayout.Call);
            var inside = *(int*)(slot + BoardLayout.Inside) != 0;
            Volatile.ReadBarrier();
            var consistent = (before & 1) == 0 && before == Volatile.Read(ref *(long*)(slot + BoardLayout.Version));
            if (consistent || tries == MostTries) return new(call, inside, departed);
            Thread.SpinWait(1);
        }
    }

    /// <summary>Takes this rank's place; false if somebody has it.</summary>
    internal bool TryJoin(ProcessWatch process)
    {
        var slot = Slot(Rank);
        if (Interlocked.CompareExchange(ref *(int*)(slot + BoardLayout.Joined), 1, 0) != 0) return false;
        *(ProcessWatch*)(slot + BoardLayout.Process) = process;
        Volatile.Write(ref *(int*)(slot + BoardLayout.Joined), 2);
        return true;
    }

    /// <summary>Who took a rank's place, or null while nobody has.</summary>
    internal ProcessWatch? JoinedBy(int rank) =>
        Volatile.Read(ref *(int*)(Slot(rank) + BoardLayout.Joined)) == 2
            ? *(ProcessWatch*)(Slot(rank) + BoardLayout.Process)
            : null;

    internal void Depart()
    {
        Volatile.Write(ref *(int*)(Slot(Rank) + BoardLayout.Departed), 1);
        Bell.Ring();
    }

    internal AbortNotice? Notice
    {
        get
        {
            if (_notice is not null) return _notice;
            var notice = (int*)(_memory + BoardLayout.Notice);
            if (Volatile.Read(ref notice[0]) != 2) return null;
            var text = Encoding.UTF8.GetString(_memory + BoardLayout.NoticeText, notice[2]);
            return _notice = new(notice[1], text);
        }
    }

    /// <summary>Leaves the notice, if it is the first, and stops every collective that is not yet complete.</summary>
    internal void Abort(AbortNotice abort)
    {
        var notice = (int*)(_memory + BoardLayout.Notice);
        if (Interlocked.CompareExchange(ref notice[0], 1, 0) == 0)
        {
            var room = MemoryMarshal.CreateSpan(ref *(_memory + BoardLayout.NoticeText), BoardLayout.NoticeTextBytes);
            Encoding.UTF8.GetEncoder().Convert(abort.Reason, room, true, out _, out var used, out _);
            notice[1] = abort.Rank;
            notice[2] = used;
            Volatile.Write(ref notice[0], 2);
        }
        Interlocked.Or(ref Arrivals, Poison);
        Bell.Ring();
    }

    /// <summary>
    /// Makes <paramref name="bytes"/> at <paramref name="data"/> reachable for all ranks: where it lies if it can be,
    /// else a copy in this rank's window.
    /// </summary>
    internal byte* Offer(byte* data, long bytes, bool copy)
    {
        var reachable = _window is null ? data : _window.Reach(data, bytes, copy);
        *(long*)(Slot(Rank) + BoardLayout.Data) = reachable - _origin;
        return reachable;
    }

    /// <summary>Where a rank's offer lies; valid from <see cref="Arrive"/> to <see cref="Finish"/>.</summary>
    internal byte* OfferOf(int rank) => _origin + *(long*)(Slot(rank) + BoardLayout.Data);

    /// <summary>
    /// Where a rank copies its vector for the arrival that comes next. What was copied for one arrival stays until the
    /// arrival after the next: to get there a rank must have passed the one between, for which all others have come out
    /// of the first.
    /// </summary>
    internal byte* EagerSlot(int rank, long turn) => _memory + BoardLayout.Eager(WorldSize)
        + (((2 * rank) + (turn & 1)) * BoardLayout.EagerSlotBytes);

    /// <summary>The arrival that comes next; does not change before this rank has arrived.</summary>
    internal long NextTurn => TurnOf(Volatile.Read(ref Arrivals));

    /// <summary>
    /// Waits until every rank is here. That all are here is one atomic event, so a rank either leaves before it (and
    /// then no rank goes on), or goes through <see cref="Finish"/> like all others; nobody touches the memory of a rank
    /// that left.
    /// </summary>
    internal void Arrive(Waiter waiter)
    {
        var turn = Enter(ref Arrivals);
        try
        {
            if (turn < 0) waiter.ThrowAborted();
            while (TurnOf(Volatile.Read(ref Arrivals)) == turn) waiter.Pause(-1, -1);
        }
        catch (Exception e) when (e is CollectiveException or OperationCanceledException)
        {
            Abort(new(Rank, Waiter.ReasonOf(e)));
            if (turn < 0 || TurnOf(Volatile.Read(ref Arrivals)) == turn) throw;
        }
        waiter.Progressed();
    }

    /// <summary>
    /// Waits until every rank is done with the others' memory. Among threads it cannot be abandoned: all are between
    /// arrival and completion, where nobody waits for anything else, and leaving would unpin memory that others still
    /// write.
    /// </summary>
    internal void Finish(Waiter waiter)
    {
        ref var completions = ref *(long*)(_memory + BoardLayout.Completions);
        var turn = Enter(ref completions);
        while (TurnOf(Volatile.Read(ref completions)) == turn)
        {
            if (_window is null) waiter.PauseWhatever();
            else waiter.Pause(-1, -1);
        }
        waiter.Progressed();
    }

    /// <summary>After <see cref="Arrive"/>: all ranks find the same verdict, as all see the same slots.</summary>
    internal void VerifyCalls(in CollectiveCall mine)
    {
        for (var rank = 0; rank < WorldSize; rank++)
        {
            ref readonly var other = ref *(CollectiveCall*)(Slot(rank) + BoardLayout.Call);
            if (!mine.Matches(other)) throw new CollectiveMismatchException(Rank, mine, rank, other);
        }
    }

    private static long TurnOf(long word) => (word & ~Poison) >> CountBits;

    /// <summary>
    /// Counts this rank in; the last one opens the next turn. Returns the turn, or −1 in a poisoned group.
    /// </summary>
    private long Enter(ref long word)
    {
        while (true)
        {
            var seen = Volatile.Read(ref word);
            if (seen < 0) return -1;
            var last = (seen & ((1 << CountBits) - 1)) + 1 == WorldSize;
            var next = last ? (TurnOf(seen) + 1) << CountBits : seen + 1;
            if (Interlocked.CompareExchange(ref word, next, seen) != seen) continue;
            if (last) Bell.Ring();
            return TurnOf(seen);
        }
    }
}
