using System.Collections.Immutable;
using System.Globalization;

namespace TuneGraph.Collectives;

/// <summary>
/// Lets a run go on with other members than it began with. Between two epochs all members meet in a store; within an
/// epoch they form an ordinary group. An epoch ends when a collective fails (the survivors call <see cref="Next"/>), or
/// at a step border where <see cref="ShouldRegroup"/> says that newcomers wait.
/// </summary>
/// <remarks>
/// <para>After <see cref="Next"/>: make a group named after the epoch, broadcast the state from rank 0, which has done
/// the most steps, and go on from its step. A step that was under way when the epoch ended is done again.</para>
/// <para>In the store, for epoch e: <c>run/e/came</c> counts arrivals, <c>run/e/member/p</c> is what the p-th to arrive
/// said of itself, <c>run/e/size</c> begins the epoch. Whoever comes after that waits, counted in <c>run/e/waiting</c>,
/// until a member of epoch e opens e+1. If all members are lost at once, newcomers wait in vain: start a new run from a
/// checkpoint.</para>
/// </remarks>
public sealed class ElasticMembership
{
    private readonly RendezvousStore _store;
    private readonly string _run;
    private readonly string _member;
    private readonly ElasticOptions _options;
    private long _epoch;

    /// <summary>Prepares one member.</summary>
    /// <param name="store">Shared by all members; must outlive them.</param>
    /// <param name="run">Names the run in the store; no other run has or had it.</param>
    /// <param name="member">This member's name, unlike all others': letters, digits, '.', '-', '_'.</param>
    /// <param name="options">Null for the defaults.</param>
    public ElasticMembership(RendezvousStore store, string run, string member, ElasticOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(store);
        RendezvousStore.CheckKey(run);
        RendezvousStore.CheckKey(member);
        _store = store;
        _run = run;
        _member = member;
        _options = options ?? new();
        if (_options.MinWorldSize < 1 || _options.MaxWorldSize < _options.MinWorldSize)
            throw new ArgumentException(
                $"World sizes from {_options.MinWorldSize} to {_options.MaxWorldSize} are no range; the minimum is at "
                + "least 1.",
                nameof(options));
    }

    /// <summary>Joins the next epoch and waits until it begins. Dispose of the old epoch's group first.</summary>
    /// <param name="stepsDone">How many steps this member's state includes; 0 for a newcomer.</param>
    /// <param name="cancellationToken">Gives up waiting. The place in the epoch stays taken: end the process
    /// then.</param>
    /// <exception cref="TimeoutException">The epoch did not begin within the join time.</exception>
    public MembershipEpoch Next(long stepsDone, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(stepsDone);
        var patience = new Patience(_options.TimeProvider, _options.JoinTime, cancellationToken);
        var last = Number("begun");
        var epoch = Math.Max(_epoch, last) + 1;
        // Only members of the last epoch open the next one: a newcomer would begin it alone while they still run.
        if (_epoch < last) AwaitOpening(epoch, patience);
        while (true)
        {
            var place = _store.Add($"{_run}/{epoch}/came", 1) - 1;
            _store.Set(
                $"{_run}/{epoch}/member/{place}", $"{stepsDone.ToString(CultureInfo.InvariantCulture)}:{_member}");
            var size = place == 0 ? Close(epoch, patience) : AwaitSize(epoch, patience);
            if (place < size)
            {
                _epoch = epoch;
                return Read(epoch, (int)size, patience);
            }
            AwaitOpening(++epoch, patience);
        }
    }

    /// <summary>
    /// A collective for step borders: whether newcomers wait, so that all members should leave the group and call
    /// <see cref="Next"/>. All ranks get the same answer.
    /// </summary>
    /// <param name="group">This epoch's group.</param>
    /// <param name="cancellationToken">Ends the wait, and with it the group.</param>
    public bool ShouldRegroup(ProcessGroup group, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(group);
        Span<int> waiting = stackalloc int[1];
        // One rank looks, so that the store is asked once per step and not once per rank.
        if (group.Rank == 0 && group.WorldSize < _options.MaxWorldSize)
        {
            waiting[0] = Number($"{_epoch}/waiting") > 0 ? 1 : 0;
        }
        group.Broadcast(waiting, 0, cancellationToken);
        return waiting[0] != 0;
    }

    /// <summary>Tells the members of the epoch before that somebody waits, until one of them opens this one.</summary>
    private void AwaitOpening(long epoch, Patience patience)
    {
        _store.Add($"{_run}/{epoch - 1}/waiting", 1);
        while (_store.TryGet($"{_run}/{epoch}/came") is null)
            patience.Wait(() => $"the members of epoch {epoch - 1} to reach a step border");
    }

    /// <summary>The first to arrive decides when the epoch is complete.</summary>
    private long Close(long epoch, Patience patience)
    {
        var (count, since) = (0L, _options.TimeProvider.GetTimestamp());
        while (true)
        {
            var now = Number($"{epoch}/came");
            if (now != count) (count, since) = (now, _options.TimeProvider.GetTimestamp());
            var settled = _options.TimeProvider.GetElapsedTime(since) >= _options.SettleTime;
            if (count >= _options.MaxWorldSize || (count >= _options.MinWorldSize && settled)) break;
            patience.Wait(() => $"{_options.MinWorldSize} members; {count} came to epoch {epoch}");
        }
        var size = Math.Min(count, _options.MaxWorldSize);
        _store.Set($"{_run}/begun", epoch.ToString(CultureInfo.InvariantCulture));
        _store.Set($"{_run}/{epoch}/size", size.ToString(CultureInfo.InvariantCulture));
        return size;
    }

    private long AwaitSize(long epoch, Patience patience)
    {
        string? size;
        while ((size = _store.TryGet($"{_run}/{epoch}/size")) is null)
            patience.Wait(() => $"the first member of epoch {epoch} to begin it");
        return long.Parse(size, CultureInfo.InvariantCulture);
    }

    private MembershipEpoch Read(long epoch, int size, Patience patience)
    {
        var members = new List<(long Steps, int Place, string Name)>(size);
        for (var place = 0; place < size; place++)
        {
            // Counted before it is described: the description may be a moment away.
            string? text;
            while ((text = _store.TryGet($"{_run}/{epoch}/member/{place}")) is null)
                patience.Wait(() => $"member {place}");
            var colon = text.IndexOf(':', StringComparison.Ordinal);
            members.Add((long.Parse(text.AsSpan(0, colon), CultureInfo.InvariantCulture), place, text[(colon + 1)..]));
        }
        var byRank = members.OrderByDescending(member => member.Steps).ThenBy(member => member.Place)
            .ToImmutableArray();
        var rank = byRank.IndexOf(byRank.First(member => member.Name == _member));
        return new(
            epoch, rank, [.. byRank.Select(member => member.Name)], [.. byRank.Select(member => member.Steps)]);
    }

    private long Number(string key) =>
        long.Parse(_store.TryGet($"{_run}/{key}") ?? "0", CultureInfo.InvariantCulture);
}
