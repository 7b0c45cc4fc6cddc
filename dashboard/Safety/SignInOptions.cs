namespace TuneGraph.Dashboard;

/// <summary>
/// How people sign in by an OpenID Connect provider: code flow with PKCE. Who has neither of the two roles is told so.
/// </summary>
/// <param name="Authority">The provider; https, or http on the loopback.</param>
/// <param name="ClientId">What the provider knows this page by.</param>
public sealed record SignInOptions(Uri Authority, string ClientId)
{
    /// <summary>Begins the name of each environment variable that these options are read from.</summary>
    public const string Prefix = "TUNEGRAPH_OIDC_";

    /// <summary>Where the provider sends people back to, on this page.</summary>
    public const string CallbackPath = "/signin-oidc";

    /// <summary>The secret that the provider gave this page; null for a public client. Default null.</summary>
    public string? ClientSecret { get; init; }

    /// <summary>The claim of the identity token that names roles. Default <c>roles</c>.</summary>
    public string Claim { get; init; } = "roles";

    /// <summary>The role of those who may look and not steer. Default <c>tunegraph-reader</c>.</summary>
    public string ReaderRole { get; init; } = "tunegraph-reader";

    /// <summary>The role of those who may also steer. Default <c>tunegraph-editor</c>.</summary>
    public string EditorRole { get; init; } = "tunegraph-editor";

    /// <summary>
    /// The address under which people open this page, where something stands in front of it; null for the one that
    /// they ask it under. Default null.
    /// </summary>
    public Uri? PublicAddress { get; init; }

    /// <summary>Why these options cannot be used; null when they can.</summary>
    public string? Fault
    {
        get
        {
            if (!IsAddress(Authority))
                return $"{Prefix}AUTHORITY is '{Authority}'; give an https URL, or an http one of the loopback";
            if (ClientId.Length == 0)
                return $"{Prefix}AUTHORITY needs {Prefix}CLIENT_ID, what the provider knows this page by";
            if (PublicAddress is { } address && !(address.IsAbsoluteUri && address.Scheme is "http" or "https"))
                return $"{Prefix}PAGE is '{PublicAddress}'; give the URL under which people open this page";
            return ReaderRole == EditorRole
                ? $"{Prefix}READERS and {Prefix}EDITORS are both '{EditorRole}'; give readers a role of their own"
                : null;
        }
    }

    /// <summary>What the environment says; null where it names no provider.</summary>
    /// <param name="read">Reads a variable; null or empty for none.</param>
    public static SignInOptions? Read(Func<string, string?> read)
    {
        ArgumentNullException.ThrowIfNull(read);
        if (Of("AUTHORITY") is not { } authority)
            return null;
        var options = new SignInOptions(new Uri(authority, UriKind.RelativeOrAbsolute), Of("CLIENT_ID") ?? "")
        {
            ClientSecret = Of("CLIENT_SECRET"),
            PublicAddress = Of("PAGE") is { } page ? new Uri(page, UriKind.RelativeOrAbsolute) : null,
        };
        return options with
        {
            Claim = Of("CLAIM") ?? options.Claim,
            ReaderRole = Of("READERS") ?? options.ReaderRole,
            EditorRole = Of("EDITORS") ?? options.EditorRole,
        };

        string? Of(string name) => read(Prefix + name) is { Length: > 0 } value ? value : null;
    }

    private static bool IsAddress(Uri address) =>
        address.IsAbsoluteUri && (address.Scheme == Uri.UriSchemeHttps
            || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback));
}
