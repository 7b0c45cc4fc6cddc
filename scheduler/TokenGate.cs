using System.Security.Cryptography;
using System.Text;
using TuneGraph.Hosting;

namespace TuneGraph.Scheduler;

/// <summary>
/// Lets nobody in who does not name the token, if there is one; who names the readers' token may look and change
/// nothing. Health and version are for all. A browser, which sends no header by itself, may name the token once as
/// <c>?token=</c> to the pages for people, after which a cookie says so, the same one as at the dashboard.
/// </summary>
/// <param name="token">What a visitor must know; null for nothing.</param>
/// <param name="readers">What a visitor must know to look; null for no such visitors.</param>
/// <param name="sidecar">The sidecar, which calls actors and hands events on, and names a token of its own.</param>
internal sealed class TokenGate(string? token, string? readers, Sidecar? sidecar)
{
    private const string Cookie = "tunegraph-token";
    private const string Reading = "tunegraph.reading";

    private readonly byte[] _token = Hash(token ?? "");
    private readonly byte[]? _readers = readers is null ? null : Hash(readers);
    private readonly byte[]? _sidecars = sidecar?.AppToken is { } its ? Hash(its) : null;

    /// <summary>Whether a visitor may look and change nothing.</summary>
    public static bool OnlyReads(HttpContext context) => context.Items.ContainsKey(Reading);

    public Task CheckAsync(HttpContext context, RequestDelegate next)
    {
        var request = context.Request;
        if (IsSidecars(request.Path))
            return CheckSidecarAsync(context, next);
        if (ComesFromElsewhere(request))
            return RefuseAsync(
                context,
                "The page is not ours.",
                $"A page of {request.Headers.Origin} asks for a change here. Only pages of this address may.");
        var isOpen = token is null
            || request.Path.StartsWithSegments("/healthz")
            || request.Path.StartsWithSegments("/version");
        if (isOpen)
            return next(context);
        var isPage = request.Path.StartsWithSegments(JobPages.Path);
        var given = isPage ? request.Query["token"].ToString() : "";
        if (Is(given, _token) || Is(given, _readers))
            return KeepAsync(context, given);
        var named = Bearer(request) ?? (isPage ? request.Cookies[Cookie] : null);
        if (Is(named, _token))
            return next(context);
        if (!Is(named, _readers))
            return AskForTokenAsync(context, isPage);
        context.Items[Reading] = true;
        return HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || isPage
            ? next(context)
            : RefuseAsync(
                context,
                "This token is for reading.",
                $"Whoever comes with {SchedulerOptions.ReaderTokenVariable} may look and change nothing; it takes "
                    + $"{SchedulerOptions.TokenVariable} to {request.Method} {request.Path}.");
    }

    // Browsers say from which page a change is asked for; programs say nothing.
    private static bool ComesFromElsewhere(HttpRequest request) =>
        !HttpMethods.IsGet(request.Method)
        && !HttpMethods.IsHead(request.Method)
        && request.Headers.Origin.ToString() is { Length: > 0 } origin
        && !(Uri.TryCreate(origin, UriKind.Absolute, out var page)
            && page.Authority.Equals(request.Host.Value, StringComparison.OrdinalIgnoreCase));

    private static Task KeepAsync(HttpContext context, string given)
    {
        context.Response.Cookies.Append(Cookie, given, new CookieOptions
        {
            HttpOnly = true,
            SameSite = SameSiteMode.Strict,
            Secure = context.Request.IsHttps,
        });
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Redirect(context.Request.Path);
        return Task.CompletedTask;
    }

    private static Task AskForTokenAsync(HttpContext context, bool isPage) =>
        Refusals.WriteAsync(context, new Problem(
            "A token is needed.",
            StatusCodes.Status401Unauthorized,
            $"Send the header 'Authorization: Bearer TOKEN' with the scheduler's {SchedulerOptions.TokenVariable}"
                + (isPage ? ", or open this page once with ?token=TOKEN." : "."),
            FleetCode.Unauthorized,
            Errors: null));

    private static Task RefuseAsync(HttpContext context, string title, string why) =>
        Refusals.WriteAsync(
            context, new Problem(title, StatusCodes.Status403Forbidden, why, FleetCode.Forbidden, Errors: null));

    private static string? Bearer(HttpRequest request)
    {
        const string Scheme = "Bearer ";
        var header = request.Headers.Authorization.ToString();
        return header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? header[Scheme.Length..].Trim() : null;
    }

    private static bool IsSidecars(PathString path) =>
        path.StartsWithSegments("/actors") || path.StartsWithSegments("/dapr");

    private Task CheckSidecarAsync(HttpContext context, RequestDelegate next)
    {
        var isOpen = token is null && sidecar?.AppToken is null;
        var said = context.Request.Headers[Sidecar.TokenHeader].ToString();
        return isOpen || Is(said, _sidecars)
            ? next(context)
            : Refusals.WriteAsync(context, new Problem(
                "The sidecar's token is needed.",
                StatusCodes.Status401Unauthorized,
                "Only the Dapr sidecar calls this. Set APP_API_TOKEN to the same secret at the sidecar and at the "
                    + "scheduler.",
                FleetCode.Unauthorized,
                Errors: null));
    }

    // Of hashes, and in constant time: neither the length nor a right beginning shows.
    private static bool Is(string? given, byte[]? expected) =>
        given is not null && expected is not null && CryptographicOperations.FixedTimeEquals(Hash(given), expected);

    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
