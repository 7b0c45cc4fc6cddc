using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace TuneGraph.Benchmarks;

/// <summary>
/// A link between a worker and its scheduler that can be cut: what is on its way is lost, and nobody gets through until
/// it is mended. Counts the steps that were told over it.
/// </summary>
internal sealed class LinkProxy : IDisposable
{
    private static readonly byte[] _step = "/steps HTTP/1.1"u8.ToArray();

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly IPEndPoint _scheduler;
    private readonly ConcurrentDictionary<Socket, byte> _open = [];
    private volatile bool _isCut;
    private int _steps;

    public LinkProxy(int schedulerPort)
    {
        _scheduler = new IPEndPoint(IPAddress.Loopback, schedulerPort);
        _listener.Start();
        _ = AcceptAsync();
    }

    /// <summary>Where the worker finds its scheduler.</summary>
    public Uri Address => new($"http://{_listener.LocalEndpoint}");

    /// <summary>Requests that told a step, repeated ones among them.</summary>
    public int Steps => Volatile.Read(ref _steps);

    public void Cut()
    {
        _isCut = true;
        foreach (var socket in _open.Keys)
            Close(socket);
    }

    public void Mend() => _isCut = false;

    public void Dispose()
    {
        _listener.Dispose();
        Cut();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var worker = await _listener.AcceptSocketAsync();
                if (_isCut)
                    Close(worker);
                else
                    _ = ServeAsync(worker);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    private async Task ServeAsync(Socket worker)
    {
        var scheduler = new Socket(SocketType.Stream, ProtocolType.Tcp);
        (_open[worker], _open[scheduler]) = (0, 0);
        try
        {
            await scheduler.ConnectAsync(_scheduler);
            await Task.WhenAny(PumpAsync(worker, scheduler, counts: true), PumpAsync(scheduler, worker, counts: false));
        }
        catch (SocketException)
        {
            // Nobody listens there at the moment.
        }

        Close(worker);
        Close(scheduler);
    }

    private async Task PumpAsync(Socket from, Socket to, bool counts)
    {
        var buffer = new byte[64 * 1024];
        var found = 0; // letters of the word that the last bytes were
        try
        {
            int read;
            while ((read = await from.ReceiveAsync(buffer)) > 0)
            {
                for (var at = 0; counts && at < read; at++)
                {
                    found = buffer[at] == _step[found] ? found + 1 : buffer[at] == _step[0] ? 1 : 0;
                    if (found < _step.Length)
                        continue;
                    Interlocked.Increment(ref _steps);
                    found = 0;
                }

                await to.SendAsync(buffer.AsMemory(0, read));
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Cut, or one end has gone.
        }
    }

    private void Close(Socket socket)
    {
        _open.TryRemove(socket, out _);
        socket.Dispose();
    }
}
