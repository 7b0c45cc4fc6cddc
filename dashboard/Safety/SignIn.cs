using System.Security.Claims;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace TuneGraph.Dashboard;

/// <summary>Signs people in by an OpenID Connect provider, and keeps that in a cookie for some hours.</summary>
internal sealed class SignIn(SignInOptions options)
{
    public const string OutPath = "/sign-out";

    private const string Session = "tunegraph-session";
    private const string Provider = "tunegraph-oidc";

    // Whoever has lost a role at the provider has lost it here after so long at the latest.
    private static readonly TimeSpan _length = TimeSpan.FromHours(8);

    public void Add(IServiceCollection services)
    {
        services.AddAuthentication(Session)
            .AddCookie(Session, cookie =>
            {
                cookie.Cookie.Name = Session;
                cookie.Cookie.SameSite = SameSiteMode.Lax;
                cookie.Cookie.SecurePolicy = Policy;
                cookie.ExpireTimeSpan = _length;
                cookie.SlidingExpiration = false;
            })
            .AddOpenIdConnect(Provider, Configure);
    }

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost(OutPath, static async (HttpContext context, IAntiforgery antiforgery) =>
        {
            if (!await antiforgery.IsRequestValidAsync(context))
            {
                context.Response.StatusCode = StatusCodes.Status400BadRequest;
                return;
            }

            await context.SignOutAsync(Session);
            context.Response.ContentType = "text/plain; charset=utf-8";
            await context.Response.WriteAsync("You are signed out of this page, not of the provider.\n");
        });

    /// <summary>Who asks, and with which of the two roles; null for nobody known.</summary>
    public async Task<(string Name, bool MayRead, bool MaySteer)?> WhoAsync(HttpContext context)
    {
        var found = await context.AuthenticateAsync(Session);
        if (found is not { Succeeded: true, Principal: { } person })
            return null;
        var maySteer = person.HasClaim(options.Claim, options.EditorRole);
        return (NameOf(person), maySteer || person.HasClaim(options.Claim, options.ReaderRole), maySteer);
    }

    /// <summary>Sends a browser to the provider; programs are told.</summary>
    public static Task AskAsync(HttpContext context) =>
        context.ChallengeAsync(Provider, new AuthenticationProperties
        {
            RedirectUri = context.Request.Path + context.Request.QueryString,
        });

    private static string NameOf(ClaimsPrincipal person) =>
        person.FindFirstValue("name") ?? person.FindFirstValue("preferred_username") ?? person.FindFirstValue("email")
        ?? person.FindFirstValue("sub") ?? "nobody";

    private CookieSecurePolicy Policy => options.PublicAddress?.Scheme == Uri.UriSchemeHttps
        ? CookieSecurePolicy.Always
        : CookieSecurePolicy.SameAsRequest;

    private void Configure(OpenIdConnectOptions oidc)
    {
        oidc.SignInScheme = Session;
        oidc.Authority = options.Authority.ToString();
        oidc.RequireHttpsMetadata = !options.Authority.IsLoopback;
        (oidc.ClientId, oidc.ClientSecret) = (options.ClientId, options.ClientSecret);
        (oidc.ResponseType, oidc.UsePkce) = (OpenIdConnectResponseType.Code, true);
        // By redirects alone: a form that the provider posts would need cookies that go with requests of other sites.
        oidc.ResponseMode = OpenIdConnectResponseMode.Query;
        foreach (var cookie in (CookieBuilder[])[oidc.NonceCookie, oidc.CorrelationCookie])
            (cookie.SameSite, cookie.SecurePolicy) = (SameSiteMode.Lax, Policy);
        oidc.CallbackPath = SignInOptions.CallbackPath;
        oidc.MapInboundClaims = false;
        oidc.DisableTelemetry = true;
        oidc.Events.OnRedirectToIdentityProvider = context =>
        {
            if (options.PublicAddress is { } address)
                context.ProtocolMessage.RedirectUri = new Uri(address, SignInOptions.CallbackPath).ToString();
            return Task.CompletedTask;
        };
        oidc.Events.OnRemoteFailure = async context =>
        {
            context.HandleResponse();
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            context.Response.ContentType = "text/plain; charset=utf-8";
            await context.Response.WriteAsync(
                $"You were not signed in: {context.Failure?.Message} Open the page anew to try again.\n");
        };
    }
}
