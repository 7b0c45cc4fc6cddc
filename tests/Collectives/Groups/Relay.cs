using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace TuneGraph.Tests.Collectives;

/// <summary>Somebody between two ranks, who passes bytes on and keeps a copy.</summary>
internal sealed class Relay : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly MemoryStream _seen = new();

    internal Relay() => _listener.Start();

    internal IPEndPoint Endpoint => (IPEndPoint)_listener.LocalEndpoint;

    internal byte[] Seen
    {
        get { lock (_seen) return _seen.ToArray(); }
    }

    /// <summary>Carries every connection on as it is.</summary>
    internal void Pass(IPEndPoint target) => Accept(target, (inner, _) => Task.FromResult<Stream>(inner));

    /// <summary>Decrypts every connection and encrypts it anew, with a certificate of its own.</summary>
    internal void Impersonate(IPEndPoint target) =>
        Accept(target, (inner, near) => near ? AsServerAsync(inner) : AsClientAsync(inner));

    private static async Task<Stream> AsServerAsync(Stream inner)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=tunegraph-group", key, HashAlgorithmName.SHA256);
        var now = DateTimeOffset.UnixEpoch.AddYears(50);
        using var signed = request.CreateSelfSigned(now, now.AddYears(100));
        var certificate = X509CertificateLoader.LoadPkcs12(signed.Export(X509ContentType.Pkcs12), null);
        var secure = new SslStream(inner);
        await secure.AuthenticateAsServerAsync(certificate);
        return secure;
    }

    private static async Task<Stream> AsClientAsync(Stream inner)
    {
        var secure = new SslStream(inner, false, (_, certificate, _, _) => certificate is not null);
        await secure.AuthenticateAsClientAsync("tunegraph-group");
        return secure;
    }

    public void Dispose() => _listener.Dispose();

    // On the pool: the tests' own threads are busy waiting for it.
    private void Accept(IPEndPoint target, Func<NetworkStream, bool, Task<Stream>> wrap) =>
        _ = Task.Run(() => AcceptAsync(target, wrap));

    private async Task AcceptAsync(IPEndPoint target, Func<NetworkStream, bool, Task<Stream>> wrap)
    {
        try
        {
            while (true)
            {
                var caller = await _listener.AcceptSocketAsync();
                var called = new Socket(SocketType.Stream, ProtocolType.Tcp);
                await called.ConnectAsync(target);
                _ = CarryAsync(caller, called, wrap);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
        }
    }

    private async Task CarryAsync(Socket caller, Socket called, Func<NetworkStream, bool, Task<Stream>> wrap)
    {
        var near = await wrap(new(caller, ownsSocket: true), true);
        var far = await wrap(new(called, ownsSocket: true), false);
        await Task.WhenAll(CopyAsync(near, far, called), CopyAsync(far, near, caller));
    }

    private async Task CopyAsync(Stream from, Stream to, Socket end)
    {
        try
        {
            var bytes = new byte[4096];
            int count;
            while ((count = await from.ReadAsync(bytes)) > 0)
            {
                lock (_seen) _seen.Write(bytes, 0, count);
                await to.WriteAsync(bytes.AsMemory(0, count));
            }
            end.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            end.Dispose();
        }
    }
}
