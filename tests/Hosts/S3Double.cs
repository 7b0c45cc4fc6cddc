using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace TuneGraph.Tests.Hosts;

/// <summary>
/// A small server that speaks S3: it checks each request's signature (AWS Signature Version 4) and the hashes of what
/// it gets, and lists two keys at a time.
/// </summary>
internal sealed class S3Double : IDisposable
{
    public const string AccessKey = "AKIATEST";
    public const string Secret = "the secret of the test";
    public const string Region = "us-east-1";
    private const int PageKeys = 2;

    private readonly HttpListener _listener = new();

    public S3Double()
    {
        using (var free = new TcpListener(IPAddress.Loopback, 0))
        {
            free.Start();
            Address = new Uri($"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}/");
        }

        _listener.Prefixes.Add(Address.ToString());
        _listener.Start();
        _ = ServeAsync();
    }

    public Uri Address { get; }

    /// <summary>Objects by bucket and key.</summary>
    public ConcurrentDictionary<string, byte[]> Objects { get; } = new(StringComparer.Ordinal);

    /// <summary>Codes of the refusals so far.</summary>
    public ConcurrentBag<string> Refusals { get; } = [];

    public void Dispose() => _listener.Close();

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                var context = await _listener.GetContextAsync();
                _ = Task.Run(() => Answer(context));
            }
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
        {
            // Closed.
        }
    }

    private void Answer(HttpListenerContext context)
    {
        var (request, response) = (context.Request, context.Response);
        using var buffer = new MemoryStream();
        request.InputStream.CopyTo(buffer);
        var body = buffer.ToArray();
        var (status, answer) = Fault(request, body) is { } fault
            ? Refuse(fault)
            : Do(request.HttpMethod, request.Url!.AbsolutePath.TrimStart('/'), request.QueryString, body);
        response.StatusCode = status;
        response.ContentLength64 = answer.Length;
        response.Headers["Last-Modified"] = DateTimeOffset.UtcNow.ToString("R", CultureInfo.InvariantCulture);
        if (request.HttpMethod != "HEAD")
            response.OutputStream.Write(answer);
        response.Close();
    }

    private (int Status, byte[] Body) Do(
        string method, string path, System.Collections.Specialized.NameValueCollection query, byte[] body)
    {
        switch (method)
        {
            case "PUT":
                Objects[path] = body;
                return (200, []);
            case "DELETE":
                Objects.TryRemove(path, out _);
                return (204, []);
            case "GET" when query["list-type"] == "2":
                return (200, Encoding.UTF8.GetBytes(List(path.TrimEnd('/'), query)));
            default:
                return Objects.TryGetValue(path, out var found) ? (200, found) : Refuse("NoSuchKey");
        }
    }

    private string List(string bucket, System.Collections.Specialized.NameValueCollection query)
    {
        var after = query["continuation-token"] ?? "";
        var keys = Objects.Keys
            .Where(path => path.StartsWith($"{bucket}/{query["prefix"]}", StringComparison.Ordinal))
            .Select(path => path[(bucket.Length + 1)..])
            .Where(key => string.CompareOrdinal(key, after) > 0)
            .Order(StringComparer.Ordinal)
            .ToList();
        var page = keys.Take(PageKeys).Select(key =>
            $"<Contents><Key>{key}</Key><LastModified>{DateTime.UtcNow:yyyy-MM-ddTHH:mm:ss.fffZ}</LastModified>"
            + "<Size>1</Size></Contents>");
        var isCut = keys.Count > PageKeys;
        var next = isCut ? $"<NextContinuationToken>{keys[PageKeys - 1]}</NextContinuationToken>" : "";
        return $"<ListBucketResult><IsTruncated>{(isCut ? "true" : "false")}</IsTruncated>{next}"
            + $"{string.Concat(page)}</ListBucketResult>";
    }

    private (int Status, byte[] Body) Refuse(string code)
    {
        Refusals.Add(code);
        var status = code == "NoSuchKey" ? 404 : code == "SignatureDoesNotMatch" ? 403 : 400;
        return (status, Encoding.UTF8.GetBytes($"<Error><Code>{code}</Code><Message>{code}</Message></Error>"));
    }

    private static string? Fault(HttpListenerRequest request, byte[] body)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(body));
        if (request.Headers["x-amz-content-sha256"] != hash)
            return "XAmzContentSHA256Mismatch";
        if (request.Headers["x-amz-checksum-sha256"] is { } sum && sum != Convert.ToBase64String(SHA256.HashData(body)))
            return "BadDigest";
        if (request.HttpMethod == "PUT" && request.Headers["x-amz-checksum-sha256"] is null)
            return "MissingChecksum";
        return Signature(request, hash) == SignatureIn(request) ? null : "SignatureDoesNotMatch";
    }

    private static string SignatureIn(HttpListenerRequest request) =>
        Part(request.Headers["Authorization"] ?? "", "Signature=");

    private static string Part(string authorization, string name)
    {
        var at = authorization.IndexOf(name, StringComparison.Ordinal);
        return at < 0 ? "" : authorization[(at + name.Length)..].Split(',')[0].Trim();
    }

    // "Create a signed AWS API request", AWS IAM User Guide: canonical request, string to sign, signing key.
    private static string Signature(HttpListenerRequest request, string bodyHash)
    {
        var authorization = request.Headers["Authorization"] ?? "";
        if (!Part(authorization, "Credential=").StartsWith($"{AccessKey}/", StringComparison.Ordinal))
            return "another key";
        var raw = request.RawUrl!.Split('?', 2);
        var query = raw.Length < 2 ? "" : string.Join('&', raw[1].Split('&')
            .Select(pair => pair.Contains('=', StringComparison.Ordinal) ? pair : pair + "=")
            .Order(StringComparer.Ordinal));
        var names = Part(authorization, "SignedHeaders=");
        var headers = string.Concat(names.Split(';').Select(name =>
            $"{name}:{(name == "host" ? request.UserHostName : request.Headers[name])?.Trim()}\n"));
        var canonical = $"{request.HttpMethod}\n{raw[0]}\n{query}\n{headers}\n{names}\n{bodyHash}";
        var date = request.Headers["x-amz-date"]!;
        var scope = $"{date[..8]}/{Region}/s3/aws4_request";
        var toSign = $"AWS4-HMAC-SHA256\n{date}\n{scope}\n"
            + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)));
        var key = Encoding.UTF8.GetBytes("AWS4" + Secret);
        foreach (var part in scope.Split('/'))
            key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
        return Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(toSign)));
    }
}
