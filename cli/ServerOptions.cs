using System.CommandLine;

namespace TuneGraph.Cli;

/// <summary>Where a scheduler listens, for the verbs that may ask one.</summary>
internal sealed class ServerOptions
{
    /// <summary>Name of the variable that holds the scheduler's token.</summary>
    public const string TokenVariable = "TUNEGRAPH_TOKEN";

    private const string DefaultServer = "http://127.0.0.1:5810";

    // One that stands by takes over within ten seconds.
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(15);

    private readonly Option<Uri[]?> _server = new("--server")
    {
        Description = $"The scheduler, such as {DefaultServer}, then those that stand by, with commas; its token, if "
            + $"it wants one, in {TokenVariable}.",
        HelpName = "url",
        CustomParser = result =>
        {
            var servers = new List<Uri>();
            foreach (var text in result.Tokens[^1].Value.Split(','))
            {
                if (Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is ("http" or "https"))
                    servers.Add(uri);
                else
                    result.AddError($"--server is '{text}'; write a URL such as {DefaultServer}.");
            }

            return [.. servers];
        },
    };

    public void AddTo(Command command) => command.Add(_server);

    /// <summary>The schedulers that were named; empty for none.</summary>
    public IReadOnlyList<Uri> AddressesOf(ParseResult parsed) => parsed.GetValue(_server) ?? [];

    /// <summary>A client, if a scheduler was named; null otherwise.</summary>
    public SchedulerClient? Find(ParseResult parsed) =>
        parsed.GetValue(_server) is { Length: > 0 } servers ? Connect(servers) : null;

    /// <summary>A client of the scheduler that was named, or of this machine's.</summary>
    public SchedulerClient Get(ParseResult parsed) => Find(parsed) ?? Connect(new Uri(DefaultServer));

    /// <summary>The name of a study, of which a sweep file may be given just as well.</summary>
    public static string NameOf(string study) =>
        Path.GetExtension(study) is ".yaml" or ".yml" ? SweepFile.Load(study).Name : study;

    private static SchedulerClient Connect(params Uri[] servers) =>
        new(
            servers,
            Environment.GetEnvironmentVariable(TokenVariable),
            servers.Length > 1 ? _patience : TimeSpan.Zero);
}
