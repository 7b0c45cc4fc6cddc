using System.Net;

namespace TuneGraph.Dashboard;

/// <summary>What the page shows, and where it listens.</summary>
/// <param name="Place">
/// A study file, an output folder, a folder of such folders, or the connection string of a PostgreSQL database.
/// </param>
/// <param name="Address">An HTTP address of a loopback or other IP address; port 0 takes a free one.</param>
/// <param name="Token">
/// What whoever looks must know; null lets everyone look who can reach the address, and is for the loopback only.
/// </param>
public sealed record DashboardOptions(string Place, Uri Address, string? Token = null)
{
    /// <summary>Whether the place may be empty, because a study is about to begin there.</summary>
    public bool Waits { get; init; }

    /// <summary>
    /// What a visitor must know who may look and not steer; null for no such visitors. Needs a <see cref="Token"/>.
    /// </summary>
    public string? ReaderToken { get; init; }

    /// <summary>How people sign in by an OpenID Connect provider; null for not at all.</summary>
    public SignInOptions? SignIn { get; init; }

    /// <summary>Whether nobody may steer from this page. Default false.</summary>
    public bool IsReadOnly { get; init; }

    /// <summary>
    /// The scheduler whose studies these are, through which the page steers, and those that stand by for it; empty for
    /// none.
    /// </summary>
    public IReadOnlyList<Uri> Schedulers { get; init; } = [];

    /// <summary>The scheduler's token; null if it wants none.</summary>
    public string? SchedulerToken { get; init; }

    /// <summary>Steers the run of this process, whose study this is; null for none.</summary>
    public SweepControl? Control { get; init; }

    /// <summary>What chooses another address, to name when this one is taken. Default <c>--urls</c>.</summary>
    public string AddressOption { get; init; } = "--urls";

    /// <summary>Where the page listens unless told otherwise.</summary>
    public static Uri DefaultAddress { get; } = new("http://127.0.0.1:5812");

    /// <summary>The environment variable that holds the token.</summary>
    public const string TokenVariable = "TUNEGRAPH_TOKEN";

    /// <summary>The environment variable that holds the token of those who may look and not steer.</summary>
    public const string ReaderTokenVariable = "TUNEGRAPH_READ_TOKEN";

    /// <summary>Why these options cannot be used; null when they can.</summary>
    public string? Fault
    {
        get
        {
            const int ShortestToken = 16;
            var isAddress = Address.IsAbsoluteUri && Address.Scheme == Uri.UriSchemeHttp
                && (Address.IsLoopback || IPAddress.TryParse(Address.Host, out _));
            if (!isAddress)
            {
                return $"the address is '{Address}'; give one http URL of an IP address or localhost, such as "
                    + $"{DefaultAddress}";
            }

            if (Token is { Length: < ShortestToken })
                return $"{TokenVariable} has {Token.Length} characters; at least {ShortestToken} are needed";
            if (ReaderToken is { Length: < ShortestToken })
                return $"{ReaderTokenVariable} has {ReaderToken.Length} characters; at least {ShortestToken} are "
                    + "needed";
            if (ReaderToken is not null && (Token is null || Token == ReaderToken))
            {
                return $"{ReaderTokenVariable} is for those who may look and not steer; set {TokenVariable} to another "
                    + "secret for those who may";
            }

            if (SignIn?.Fault is { } fault)
                return fault;
            return Address.IsLoopback || Token is not null || SignIn is not null
                ? null
                : $"{Address} can be reached from other machines: set {TokenVariable} to a secret of at least "
                    + $"{ShortestToken} characters first, or name a provider in {SignInOptions.Prefix}AUTHORITY, "
                    + $"or listen on {DefaultAddress}";
        }
    }
}
