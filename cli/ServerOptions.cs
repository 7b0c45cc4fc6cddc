using System.CommandLine;

namespace TuneGraph.Cli;

/// <summary>Where a scheduler listens, for the verbs that may ask one.</summary>
internal sealed class ServerOptions
{
    /// <summary>Name of the variable that holds the scheduler's token.</summary>
    public const string TokenVariable = "TUNEGRAPH_TOKEN";

    private const string DefaultServer = "http://127.0.0.1:5810";

    private readonly Option<Uri?> _server = new("--server")
    {
        Description = $"The scheduler; its token, if it wants one, in {TokenVariable}.",
        HelpName = "url",
        CustomParser = result =>
        {
            var text = result.Tokens[^1].Value;
            if (Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https")
                return uri;
            result.AddError($"--server is '{text}'; write a URL such as {DefaultServer}.");
            return null;
        },
    };

    public void AddTo(Command command) => command.Add(_server);

    /// <summary>The scheduler that was named; null for none.</summary>
    public Uri? AddressOf(ParseResult parsed) => parsed.GetValue(_server);

    /// <summary>A client, if a scheduler was named; null otherwise.</summary>
    public SchedulerClient? Find(ParseResult parsed) =>
        parsed.GetValue(_server) is { } server ? Connect(server) : null;

    /// <summary>A client of the scheduler that was named, or of this machine's.</summary>
    public SchedulerClient Get(ParseResult parsed) => Find(parsed) ?? Connect(new Uri(DefaultServer));

    /// <summary>The name of a study, of which a sweep file may be given just as well.</summary>
    public static string NameOf(string study) =>
        Path.GetExtension(study) is ".yaml" or ".yml" ? SweepFile.Load(study).Name : study;

    private static SchedulerClient Connect(Uri server) =>
        new(server, Environment.GetEnvironmentVariable(TokenVariable));
}
