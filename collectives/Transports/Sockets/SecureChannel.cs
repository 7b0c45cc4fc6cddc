using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace TuneGraph.Collectives;

/// <summary>
/// Makes a socket a stream between ranks who have proved that they know the token; with TLS if asked for. The called
/// side's certificate is made for the group and signed by nobody: it is the token's proof, which covers the
/// certificate, that tells whose it is.
/// </summary>
internal sealed class SecureChannel : IDisposable
{
    private const string Subject = "CN=tunegraph-group";

    private readonly X509Certificate2? _certificate;
    private readonly string _token;

    internal SecureChannel(SocketOptions options)
    {
        _token = options.Token;
        if (!options.Encrypt) return;
        if (_token.Length == 0)
            throw new ArgumentException(
                "Encrypt needs a Token: without one, anybody could stand at the other end of the connection.",
                nameof(options));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(Subject, key, HashAlgorithmName.SHA256);
        var now = options.TimeProvider.GetUtcNow();
        using var signed = request.CreateSelfSigned(now.AddDays(-1), now.AddYears(1));
        // By way of PKCS 12, since the TLS of Windows does not take a key that was never stored.
        _certificate = X509CertificateLoader.LoadPkcs12(signed.Export(X509ContentType.Pkcs12), null);
    }

    /// <summary>The caller's side.</summary>
    internal Stream Introduce(Socket socket, ReadOnlySpan<byte> hello)
    {
        Stream stream = Hurried(socket);
        if (_certificate is null)
        {
            stream.Introduce(hello, _token);
            return stream;
        }
        // The proofs below hold only for the certificate that the token's owner sent; no authority could say more.
        var secure = new SslStream(stream, leaveInnerStreamOpen: false, IsOfAGroup);
        secure.AuthenticateAsClient(new SslClientAuthenticationOptions
        {
            TargetHost = "tunegraph-group",
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            AllowTlsResume = false,                 // every connection proves the token over a certificate of its own
        });
        secure.Introduce(hello, _token, HashOf(secure.RemoteCertificate!));
        return secure;
    }

    /// <summary>The called side; fills in what the caller says of itself.</summary>
    internal Stream Answer(Socket socket, Span<byte> hello)
    {
        Stream stream = Hurried(socket);
        if (_certificate is null)
        {
            stream.Answer(hello, _token);
            return stream;
        }
        var secure = new SslStream(stream, leaveInnerStreamOpen: false);
        secure.AuthenticateAsServer(new SslServerAuthenticationOptions
        {
            ServerCertificate = _certificate,
            AllowTlsResume = false,
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        });
        secure.Answer(hello, _token, HashOf(_certificate));
        return secure;
    }

    public void Dispose() => _certificate?.Dispose();

    /// <summary>Who connects and then says nothing, not even its part of TLS, must not hold the others up.</summary>
    private static NetworkStream Hurried(Socket socket)
    {
        var stream = new NetworkStream(socket);
        stream.SetTimeouts(Handshake.Milliseconds);
        return stream;
    }

    private static bool IsOfAGroup(
        object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) =>
        certificate?.Subject == Subject;

    private static byte[] HashOf(X509Certificate certificate) => SHA256.HashData(certificate.GetRawCertData());
}
