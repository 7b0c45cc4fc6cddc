using System.Net;
using System.Net.Sockets;

namespace TuneGraph.Worker;

/// <summary>The address under which this machine is known where the scheduler is.</summary>
internal static class OwnAddress
{
    /// <summary>From where packets to the scheduler go out; loopback for one on this machine, or of unknown name.
    /// </summary>
    public static IPAddress Toward(Uri scheduler)
    {
        if (scheduler.IsLoopback)
            return IPAddress.Loopback;
        try
        {
            // Asks the system for a route; nothing is sent.
            using var probe = new Socket(SocketType.Dgram, ProtocolType.Udp);
            // An application's name is no host: any address that is not of this machine tells the way out.
            if (scheduler.Scheme == SidecarCalls.Scheme)
                probe.Connect("192.0.2.1", 9);
            else
                probe.Connect(scheduler.DnsSafeHost, scheduler.Port);
            var found = ((IPEndPoint)probe.LocalEndPoint!).Address;
            return found.IsIPv4MappedToIPv6 ? found.MapToIPv4() : found;
        }
        catch (SocketException)
        {
            return IPAddress.Loopback;
        }
    }
}
