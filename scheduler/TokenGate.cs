using System.Security.Cryptography;
using System.Text;

namespace TuneGraph.Scheduler;

/// <summary>
/// Lets nobody at the API who does not name the token, if there is one. Health and version are for all.
/// </summary>
internal sealed class TokenGate(string? token)
{
    private readonly byte[] _expected = Hash(token ?? "");

    public Task CheckAsync(HttpContext context, RequestDelegate next)
    {
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

    // Of hashes, and in constant time: neither the length nor a right beginning shows.
    private bool Names(string header) =>
        header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)
        && CryptographicOperations.FixedTimeEquals(Hash(header["Bearer ".Length..].Trim()), _expected);

    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
