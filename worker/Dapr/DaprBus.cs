using System.Security.Cryptography;
using TuneGraph.Collectives;

namespace TuneGraph.Worker;

/// <summary>What a process that runs ranks has of its sidecar: the inbox, opened when it is first needed.</summary>
internal sealed class DaprBus : IDisposable
{
    /// <summary>The variable that names the process's inbox.</summary>
    public const string InboxVariable = "TUNEGRAPH_INBOX";

    private readonly Lock _gate = new();
    private GradInbox? _inbox;

    /// <summary>Whether this process was told of a sidecar.</summary>
    public static bool IsThere => Told("DAPR_GRPC_ENDPOINT") || Told("DAPR_GRPC_PORT");

    /// <summary>Opens a place to meet; see <see cref="OpenGangPlace"/>.</summary>
    /// <exception cref="DaprException">There is no sidecar, it lacks the component, or refuses.</exception>
    public GangPlace Open(
        GangSeat seat, int ranks, AllReduceAlgorithm allReduce, Action<GangMeeting> tell, CancellationToken stop)
    {
        var inbox = Inbox();
        var meeting = seat.Meeting;
        if (meeting is null)
        {
            // Who does not know it cannot write to the group: it is part of the name that frames carry the hash of.
            var secret = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
            meeting = new GangMeeting(GangMeeting.BusPrefix + inbox.Topic, secret, Encrypts: false);
            tell(meeting);
        }

        return new DaprGang(inbox, seat, meeting, ranks, allReduce, stop);
    }

    public void Dispose() => _inbox?.Dispose();

    private static bool Told(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 };

    private GradInbox Inbox()
    {
        lock (_gate)
        {
            if (_inbox is { HasEnded: false } open)
                return open;
            _inbox?.Dispose();
            var name = Environment.GetEnvironmentVariable(InboxVariable)
                ?? $"{Environment.MachineName}-{Environment.ProcessId}";
            return _inbox = GradInbox.OpenAsync(DaprSettings.FromEnvironment(), name).GetAwaiter().GetResult();
        }
    }
}
