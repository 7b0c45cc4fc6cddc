using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace TuneGraph.Dashboard;

/// <summary>Sends JSON that is written by hand, with a tag by which the browser asks whether it has changed.</summary>
internal static class JsonAnswer
{
    private static readonly JsonWriterOptions _options = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static byte[] Of(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, _options))
            write(writer);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Answers 304 without any work when the browser has this version already.</summary>
    /// <param name="context">The request.</param>
    /// <param name="version">Changes whenever the answer does.</param>
    /// <param name="body">Writes the answer.</param>
    public static async Task SendAsync(HttpContext context, long version, Func<byte[]> body)
    {
        var tag = string.Create(CultureInfo.InvariantCulture, $"\"{version}\"");
        context.Response.Headers.ETag = tag;
        context.Response.Headers.CacheControl = "no-cache";
        if (context.Request.Headers.IfNoneMatch == tag)
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        context.Response.ContentType = "application/json; charset=utf-8";
        await context.Response.Body.WriteAsync(body(), context.RequestAborted);
    }
}
