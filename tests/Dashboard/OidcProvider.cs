using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace TuneGraph.Tests.Dashboard;

/// <summary>
/// A small OpenID Connect provider on a real socket: discovery, keys, code flow with PKCE, tokens that it signs. It
/// signs everyone in as <see cref="Person"/> without asking.
/// </summary>
internal sealed class OidcProvider : IAsyncDisposable
{
    public const string ClientId = "tunegraph-page";
    public const string ClientSecret = "what the provider gave the page";

    private readonly WebApplication _app;
    private readonly RSA _key = RSA.Create(2048);
    private readonly RSA _foreign = RSA.Create(2048);
    private readonly ConcurrentDictionary<string, (string Challenge, string Nonce)> _codes = [];

    private OidcProvider()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.Run(AnswerAsync);
    }

    /// <summary>Where it listens.</summary>
    public Uri Address => new(_app.Urls.First());

    /// <summary>Who signs in next: a name and roles.</summary>
    public (string Name, string[] Roles) Person { get; set; } = ("Ada", []);

    /// <summary>Whether the next token is signed by a key that is not the provider's.</summary>
    public bool SignsFalsely { get; set; }

    public static async Task<OidcProvider> StartAsync(CancellationToken cancellationToken)
    {
        var provider = new OidcProvider();
        await provider._app.StartAsync(cancellationToken);
        return provider;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _key.Dispose();
        _foreign.Dispose();
    }

    private string Issuer => Address.ToString().TrimEnd('/');

    private Task AnswerAsync(HttpContext context) => context.Request.Path.Value switch
    {
        "/.well-known/openid-configuration" => JsonAsync(context, $$"""
            {
              "issuer": "{{Issuer}}", "authorization_endpoint": "{{Issuer}}/authorize",
              "token_endpoint": "{{Issuer}}/token", "jwks_uri": "{{Issuer}}/keys",
              "response_types_supported": ["code"], "subject_types_supported": ["public"],
              "id_token_signing_alg_values_supported": ["RS256"]
            }
            """),
        "/keys" => JsonAsync(context, Keys()),
        "/authorize" => Authorize(context),
        "/token" => TokenAsync(context),
        _ => Refuse(context, StatusCodes.Status404NotFound),
    };

    private Task Authorize(HttpContext context)
    {
        var query = context.Request.Query;
        if (query["client_id"] != ClientId || query["response_type"] != "code"
            || query["code_challenge_method"] != "S256")
            return Refuse(context, StatusCodes.Status400BadRequest);
        var code = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));
        _codes[code] = (query["code_challenge"]!, query["nonce"]!);
        context.Response.Redirect($"{query["redirect_uri"]}?code={code}&state={Uri.EscapeDataString(query["state"]!)}");
        return Task.CompletedTask;
    }

    private async Task TokenAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync();
        var verifier = SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"].ToString()));
        if (form["client_id"] != ClientId || form["client_secret"] != ClientSecret
            || !_codes.TryRemove(form["code"].ToString(), out var asked)
            || Base64UrlEncoder.Encode(verifier) != asked.Challenge)
        {
            await Refuse(context, StatusCodes.Status400BadRequest);
            return;
        }

        await JsonAsync(context, $$"""
            {"access_token": "none", "token_type": "Bearer", "expires_in": 60, "id_token": "{{Token(asked.Nonce)}}"}
            """);
    }

    private string Token(string nonce)
    {
        var key = new RsaSecurityKey(SignsFalsely ? _foreign : _key) { KeyId = "one" };
        return new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = Issuer,
            Audience = ClientId,
            Expires = DateTime.UtcNow.AddMinutes(1),
            SigningCredentials = new SigningCredentials(key, SecurityAlgorithms.RsaSha256),
            Claims = new Dictionary<string, object>
            {
                ["sub"] = "1",
                ["nonce"] = nonce,
                ["name"] = Person.Name,
                ["roles"] = Person.Roles,
            },
        });
    }

    private string Keys()
    {
        var key = _key.ExportParameters(includePrivateParameters: false);
        var (n, e) = (Base64UrlEncoder.Encode(key.Modulus), Base64UrlEncoder.Encode(key.Exponent));
        return $$"""
            {"keys": [{"kty": "RSA", "use": "sig", "alg": "RS256", "kid": "one", "n": "{{n}}", "e": "{{e}}"}]}
            """;
    }

    private static Task JsonAsync(HttpContext context, string json)
    {
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(json);
    }

    private static Task Refuse(HttpContext context, int code)
    {
        context.Response.StatusCode = code;
        return Task.CompletedTask;
    }
}
