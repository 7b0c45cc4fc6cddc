using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace TuneGraph.Tests.Hosts;

/// <summary>The way to a PostgreSQL server, which can be cut and mended.</summary>
internal sealed class CutLink : IDisposable
{
    private readonly NpgsqlConnectionStringBuilder _server;
    private readonly List<TcpClient> _ends = [];
    private readonly Lock _lock = new();
    private readonly string _schema = "test_" + Guid.NewGuid().ToString("N");
    private readonly int _port;
    private TcpListener _listener;

    /// <param name="server">Connection string of the server.</param>
    public CutLink(string server)
    {
        _server = new NpgsqlConnectionStringBuilder(server);
        _listener = Listen(0);
        _port = ((IPEndPoint)_listener.LocalEndpoint).Port;
    }

    /// <summary>Connection string of the server by this way, with a schema of its own.</summary>
    public string Connection => new NpgsqlConnectionStringBuilder(_server.ToString())
    {
        Port = _port,
        SearchPath = _schema,
    }.ToString();

    /// <summary>Ends what is under way, and lets nothing new through.</summary>
    public void Cut()
    {
        _listener.Stop();
        lock (_lock)
        {
            _ends.ForEach(end => end.Dispose());
            _ends.Clear();
        }
    }

    public void Mend() => _listener = Listen(_port);

    public void Dispose()
    {
        Cut();
        using var connection = new NpgsqlConnection(_server.ToString());
        connection.Open();
        using var drop = new NpgsqlCommand($"DROP SCHEMA IF EXISTS {_schema} CASCADE", connection);
        drop.ExecuteNonQuery();
    }

    private TcpListener Listen(int port)
    {
        var listener = new TcpListener(IPAddress.Loopback, port);
        listener.Server.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        listener.Start();
        _ = AcceptAsync(listener);
        return listener;
    }

    private async Task AcceptAsync(TcpListener listener)
    {
        try
        {
            while (true)
            {
                var near = await listener.AcceptTcpClientAsync();
                var far = new TcpClient();
                lock (_lock)
                    _ends.AddRange([near, far]);
                await far.ConnectAsync(_server.Host!, _server.Port);
                _ = PassAsync(near, far);
                _ = PassAsync(far, near);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It was cut.
        }
    }

    private static async Task PassAsync(TcpClient from, TcpClient to)
    {
        try
        {
            await from.GetStream().CopyToAsync(to.GetStream());
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // It was cut.
        }
        finally
        {
            to.Dispose();
        }
    }
}
