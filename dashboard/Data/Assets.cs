using System.Reflection;
using System.Security.Cryptography;
using System.Text;

namespace TuneGraph.Dashboard;

/// <summary>Scripts, styles and pictures, from this assembly.</summary>
internal static class Assets
{
    private static readonly Dictionary<string, string> _types = new(StringComparer.Ordinal)
    {
        [".js"] = "text/javascript; charset=utf-8",
        [".css"] = "text/css; charset=utf-8",
        [".svg"] = "image/svg+xml",
    };

    public static void Map(IEndpointRouteBuilder routes)
    {
        var assembly = Assembly.GetExecutingAssembly();
        foreach (var name in assembly.GetManifestResourceNames())
        {
            if (!_types.TryGetValue(Path.GetExtension(name), out var type))
                continue;
            var body = Read(assembly, name);
            var tag = $"\"{Convert.ToHexStringLower(SHA256.HashData(body).AsSpan(0, 8))}\"";
            routes.MapGet("/assets/" + name, context => SendAsync(context, body, type, tag));
        }
    }

    private static async Task SendAsync(HttpContext context, byte[] body, string type, string tag)
    {
        context.Response.Headers.ETag = tag;
        context.Response.Headers.CacheControl = "no-cache";
        if (context.Request.Headers.IfNoneMatch == tag)
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        context.Response.ContentType = type;
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }

    /// <summary>A script or style as text.</summary>
    public static string Text(string name) => Encoding.UTF8.GetString(Read(Assembly.GetExecutingAssembly(), name));

    private static byte[] Read(Assembly assembly, string name)
    {
        using var stream = assembly.GetManifestResourceStream(name)!;
        var body = new byte[stream.Length];
        stream.ReadExactly(body);
        return body;
    }
}
