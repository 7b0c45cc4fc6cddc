using System.Net;
using Hangfire;
using Hangfire.Dashboard;

namespace TuneGraph.Scheduler;

/// <summary>
/// Hangfire's own pages about the durable jobs, for who may use the API. Who may only look finds no buttons on them,
/// and what the buttons do is refused.
/// </summary>
internal static class JobPages
{
    /// <summary>Where they are.</summary>
    public const string Path = "/hangfire";

    // Hangfire writes style attributes, so styles cannot be as strict as scripts.
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        + "font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    /// <param name="app">The scheduler, past its gate.</param>
    /// <param name="jobs">The jobs.</param>
    /// <param name="address">Where the scheduler listens.</param>
    public static void Map(WebApplication app, JobQueue jobs, Uri address)
    {
        var options = new DashboardOptions
        {
            AppPath = null,
            Authorization = [],
            DashboardTitle = "TuneGraph jobs",
            DisplayStorageConnectionString = false,
            IgnoreAntiforgeryToken = true, // the gate has seen that no other page asks for changes
            IsReadOnlyFunc = static context => TokenGate.OnlyReads(context.GetHttpContext()),
        };
        app.Map(Path, pages =>
        {
            pages.Use((context, next) => GuardAsync(context, next, address));
            pages.UseMiddleware<AspNetCoreDashboardMiddleware>(jobs.Storage, options, DashboardRoutes.Routes);
        });
    }

    private static Task GuardAsync(HttpContext context, RequestDelegate next, Uri address)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        // So that no other site can have its name point here, and read along or press buttons.
        if (!address.IsLoopback || IsLoopback(context.Request.Host.Host))
            return next(context);
        return Refusals.WriteAsync(context, new Problem(
            "The page is for this machine alone.",
            StatusCodes.Status421MisdirectedRequest,
            $"It is {address.Host}, not {context.Request.Host.Host}.",
            FleetCode.Forbidden,
            Errors: null));
    }

    private static bool IsLoopback(string host) =>
        host is "localhost" || (IPAddress.TryParse(host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip));
}
