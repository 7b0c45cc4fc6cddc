using System.Security.Cryptography;
using System.Text;

namespace TuneGraph.Scheduler;

/// <summary>
/// Lets nobody at the API who does not name the token, if there is one. Health and version are for all.
/// </summary>
/// <param name="token">What callers name; null lets everybody in.</param>
/// <param name="sidecar">The sidecar, which calls actors and hands events on, and names a token of its own.</param>
internal sealed class TokenGate(string? token, Sidecar? sidecar)
{
    private readonly byte[] _expected = Hash(token ?? "");
    private readonly byte[] _sidecars = Hash(sidecar?.AppToken ?? "");

    public Task CheckAsync(HttpContext context, RequestDelegate next)
    {
        if (IsSidecars(context.Request.Path))
            return CheckSidecarAsync(context, next);
        var isOpen = token is null
            || context.Request.Path.StartsWithSegments("/healthz")
            || context.Request.Path.StartsWithSegments("/version");
        return isOpen || Names(context.Request.Headers.Authorization.ToString())
            ? next(context)
            : Refusals.WriteAsync(context, new Problem(
                "A token is needed.",
                StatusCodes.Status401Unauthorized,
                $"Send the header 'Authorization: Bearer TOKEN' with the scheduler's {SchedulerOptions.TokenVariable}.",
                FleetCode.Unauthorized,
                Errors: null));
    }

    private static bool IsSidecars(PathString path) =>
        path.StartsWithSegments("/actors") || path.StartsWithSegments("/dapr");

    private Task CheckSidecarAsync(HttpContext context, RequestDelegate next)
    {
        var isOpen = token is null && sidecar?.AppToken is null;
        var said = context.Request.Headers[Sidecar.TokenHeader].ToString();
        return isOpen || (sidecar?.AppToken is not null && Equals(said, _sidecars))
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
    private bool Names(string header) =>
        header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)
        && Equals(header["Bearer ".Length..].Trim(), _expected);

    private static bool Equals(string said, byte[] expected) =>
        CryptographicOperations.FixedTimeEquals(Hash(said), expected);

    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
