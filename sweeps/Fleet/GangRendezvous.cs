using System.Net;
using System.Security.Cryptography;
using TuneGraph.Collectives;

namespace TuneGraph;

/// <summary>
/// Lets the ranks that run here meet those on other workers. Who has rank 0 keeps the store in which all find each
/// other, under a secret that goes to the others by way of the scheduler.
/// </summary>
internal sealed class GangRendezvous : IDisposable
{
    private const int SecretBytes = 32;

    // A rank that is silent for so long hangs, though its process lives: the gang ends and starts anew. Rank 0 may wait
    // for a scheduler that is away meanwhile, so it is not short.
    private static readonly TimeSpan _stall = TimeSpan.FromMinutes(5);

    private readonly GangSeat _seat;
    private readonly TcpStoreServer? _server;
    private readonly TcpStore _store;
    private readonly SocketOptions _options;
    private readonly CancellationToken _stop;
    private readonly Lock _lock = new();
    private readonly List<ProcessGroup> _joined = [];

    /// <param name="seat">Which ranks run here.</param>
    /// <param name="address">Where they listen.</param>
    /// <param name="allReduce">How vectors are summed.</param>
    /// <param name="tell">Told where the ranks meet, by who has rank 0.</param>
    /// <param name="stop">Gives up joining.</param>
    /// <exception cref="GangBrokenException">The place to meet cannot be opened, or reached.</exception>
    public GangRendezvous(
        GangSeat seat, string address, AllReduceAlgorithm allReduce, Action<GangMeeting> tell, CancellationToken stop)
    {
        (_seat, _stop) = (seat, stop);
        try
        {
            var meeting = seat.Meeting;
            if (meeting is null)
            {
                var secret = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(SecretBytes));
                var host = IPAddress.Parse(address);
                _server = new TcpStoreServer(new IPEndPoint(host, 0), secret);
                meeting = new GangMeeting(_server.Endpoint.ToString(), secret, !IPAddress.IsLoopback(host));
                tell(meeting);
            }

            _store = new TcpStore(IPEndPoint.Parse(meeting.Store), meeting.Secret);
            _options = new SocketOptions
            {
                Address = address,
                Token = meeting.Secret,
                Encrypt = meeting.Encrypts,
                Algorithm = allReduce,
                // As ranks that share memory sum: one gang gives the same bits on one worker and on several.
                SumInRankOrder = allReduce == AllReduceAlgorithm.Auto,
                StallTime = _stall,
                JoinTime = _stall, // others may have to fetch the data first
            };
        }
        catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException)
        {
            _server?.Dispose();
            throw new GangBrokenException(
                $"ranks {seat.FirstRank} and on cannot meet the others of their gang at "
                    + $"{seat.Meeting?.Store ?? address}: {e.Message} If workers are on several machines, start each "
                    + "with --address and one that the others can reach.",
                e);
        }
    }

    /// <summary>
    /// Joins a rank that runs here, on its own thread; returns when all ranks of the gang have joined.
    /// </summary>
    /// <param name="index">Which of the ranks here, from 0.</param>
    /// <exception cref="GangBrokenException">Others did not come.</exception>
    public ProcessGroup Join(int index)
    {
        try
        {
            var group = SocketGroup.Join(
                _seat.Name, _seat.FirstRank + index, _seat.WorldSize, _store, _options, _stop);
            lock (_lock)
                _joined.Add(group);
            return group;
        }
        catch (Exception e) when (e is IOException or TimeoutException or System.Net.Sockets.SocketException)
        {
            throw new GangBrokenException($"rank {_seat.FirstRank + index} could not join its gang: {e.Message}", e);
        }
    }

    /// <summary>Leaves; only once all ranks here have ended.</summary>
    public void Dispose()
    {
        _joined.ForEach(group => group.Dispose());
        _store.Dispose();
        _server?.Dispose();
    }
}

/// <summary>Ranks elsewhere cannot be reached; it does not lie with the trial.</summary>
internal sealed class GangBrokenException(string message, Exception inner) : Exception(message, inner);
