using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace TuneGraph.Dashboard;

/// <summary>
/// Lets in who knows the token: as <c>Authorization: Bearer</c>, or once as <c>?token=</c>, after which a cookie says
/// so; or who has signed in by a provider. Whoever may only read can change nothing, whatever is asked. A page that
/// listens on the loopback answers under loopback names alone, so that no other site can have its name point here and
/// read along.
/// </summary>
internal sealed class Gate(RequestDelegate next, GateRules rules)
{
    private const string Cookie = "tunegraph-token";

    private readonly byte[]? _token = rules.Token is { } token ? Hash(token) : null;
    private readonly byte[]? _readers = rules.ReaderToken is { } token ? Hash(token) : null;

    public async Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        if (rules.Address.IsLoopback && !IsLoopback(request.Host.Host))
        {
            await RefuseAsync(context, StatusCodes.Status421MisdirectedRequest,
                $"This page is for this machine alone: it is {rules.Address.Host}, not as {request.Host.Host}.");
            return;
        }

        if ((_token is null && rules.SignIn is null) || request.Path.StartsWithSegments("/healthz")
            || (rules.SignIn is not null && request.Path == SignInOptions.CallbackPath))
        {
            await next(context);
            return;
        }

        if (Knows(request.Query["token"], _token) || Knows(request.Query["token"], _readers))
        {
            context.Response.Cookies.Append(Cookie, request.Query["token"]!, new CookieOptions
            {
                HttpOnly = true,
                SameSite = SameSiteMode.Strict,
                Secure = request.IsHttps,
            });
            context.Response.Redirect(request.Path.HasValue ? request.Path.Value : "/");
            return;
        }

        var (cookie, bearer) = (request.Cookies[Cookie], Bearer(request));
        if (Knows(cookie, _token) || Knows(bearer, _token))
            await next(context);
        else if (Knows(cookie, _readers) || Knows(bearer, _readers))
            await ReadAsync(context, "you came with the token for readers");
        else if (rules.SignIn is { } signIn)
            await AskWhoAsync(context, signIn);
        else
        {
            await RefuseAsync(context, StatusCodes.Status401Unauthorized,
                "This page needs a token: open it once with ?token=…, the secret that it was started with "
                    + $"({DashboardOptions.TokenVariable}).");
        }
    }

    // No page needs to remember to ask: what is no question is refused here.
    private Task ReadAsync(HttpContext context, string why)
    {
        Wheel.AllowReading(context, why);
        var method = context.Request.Method;
        return HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || context.Request.Path == SignIn.OutPath
            ? next(context)
            : RefuseAsync(context, StatusCodes.Status403Forbidden, $"You may look and not steer: {why}.");
    }

    private async Task AskWhoAsync(HttpContext context, SignIn signIn)
    {
        if (await signIn.WhoAsync(context) is not var (name, mayRead, maySteer))
        {
            if (HttpMethods.IsGet(context.Request.Method) && !context.Request.Path.StartsWithSegments("/data"))
                await SignIn.AskAsync(context);
            else
                await RefuseAsync(context, StatusCodes.Status401Unauthorized, "You are not signed in; open the page.");
            return;
        }

        Wheel.Know(context, name);
        if (maySteer)
            await next(context);
        else if (mayRead)
            await ReadAsync(context, $"{name} is signed in as a reader");
        else
        {
            await RefuseAsync(context, StatusCodes.Status403Forbidden,
                $"{name} is signed in, and is neither a reader nor an editor of this page; ask for a role.");
        }
    }

    private static bool IsLoopback(string host) =>
        host is "localhost" || (IPAddress.TryParse(host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip));

    private static string? Bearer(HttpRequest request)
    {
        const string Scheme = "Bearer ";
        var header = request.Headers.Authorization.FirstOrDefault();
        return header?.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) == true ? header[Scheme.Length..] : null;
    }

    // Hashes are compared, so that the time it takes tells nothing about the token, its length included.
    private static bool Knows(string? given, byte[]? expected) =>
        given is not null && expected is not null
        && CryptographicOperations.FixedTimeEquals(Hash(given), expected);

    private static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    private static Task RefuseAsync(HttpContext context, int code, string why)
    {
        context.Response.StatusCode = code;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(why + "\n");
    }
}
