namespace TuneGraph.Dashboard;

/// <summary>
/// Puts on every answer what keeps a browser from running anything but our own scripts, and turns a failure into a page
/// that says what happened.
/// </summary>
internal sealed class SafeAnswers(RequestDelegate next)
{
    // The chart library writes style attributes into its tooltips, so styles cannot be as strict as scripts.
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        + "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    public async Task InvokeAsync(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        try
        {
            await next(context);
        }
        catch (StoreException e) when (!context.Response.HasStarted)
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            context.Response.ContentType = "text/plain; charset=utf-8";
            await context.Response.WriteAsync($"The studies cannot be read now. {e.Message}\n");
        }
    }
}
