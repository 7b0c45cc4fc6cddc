using System.Collections.Concurrent;

namespace TuneGraph.Tests.Sidecar;

/// <summary>
/// Which application hosts an actor, and whose turn it is; shared by all sidecars. The SDK has no turn lock of its own:
/// it is here, as in daprd.
/// </summary>
public sealed class ActorPlacement
{
    private readonly Lock _gate = new();
    private readonly List<DaprSidecar> _hosts = [];
    private readonly ConcurrentDictionary<string, ActorSeat> _seats = [];
    private long _moves;

    /// <summary>How often an actor was moved.</summary>
    public long Moves => Interlocked.Read(ref _moves);

    /// <summary>The application of this sidecar hosts actors from now on.</summary>
    public void Join(DaprSidecar host)
    {
        lock (_gate) _hosts.Add(host);
    }

    /// <summary>It does no more; its actors are activated elsewhere with their next call.</summary>
    public void Leave(DaprSidecar host)
    {
        lock (_gate) _hosts.Remove(host);
        foreach (var (key, seat) in _seats)
        {
            if (seat.Host == host) _seats.TryRemove(key, out _);
        }
    }

    /// <summary>
    /// Moves every actor to the next host. The turn that is under way there is not waited for: it was cut off after its
    /// two seconds, and runs on beside the new activation (dapr issue 9514). That is the double activation.
    /// </summary>
    public async Task RebalanceAsync()
    {
        foreach (var key in _seats.Keys)
        {
            if (!_seats.TryGetValue(key, out var seat) || Next(seat.Host) is not { } next) continue;
            if (next == seat.Host) continue;
            Interlocked.Increment(ref _moves);
            _seats[key] = new(next);
            var (type, id) = key.Split("||") is [var left, var right] ? (left, right) : ("", "");
            await SidecarHttp.DeactivateAsync(seat.Host, type, id);
        }
    }

    internal ActorSeat? SeatOf(string actor)
    {
        if (_seats.TryGetValue(actor, out var seat)) return seat;
        return Next(null) is { } host ? _seats.GetOrAdd(actor, new ActorSeat(host)) : null;
    }

    private DaprSidecar? Next(DaprSidecar? after)
    {
        lock (_gate)
            return _hosts.Count == 0 ? null : _hosts[(after is null ? 0 : _hosts.IndexOf(after) + 1) % _hosts.Count];
    }
}
