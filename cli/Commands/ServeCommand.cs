using System.CommandLine;
using TuneGraph.Dashboard;

namespace TuneGraph.Cli;

/// <summary>
/// <c>tunegraph serve</c>: starts a scheduler, and beside it the page of its studies, which has a process of its own so
/// that the scheduler does not feel who looks.
/// </summary>
internal static class ServeCommand
{
    private const string Host = "TuneGraph.Scheduler";
    private const string DefaultServer = "http://127.0.0.1:5810";

    /// <summary>Name of the variable by which a scheduler keeps its studies in a database.</summary>
    private const string PostgresVariable = "TUNEGRAPH_POSTGRES";

    public static Command Create(Terminal terminal)
    {
        var page = new Option<string?>("--dashboard")
        {
            Description = $"Show the studies on a web page, and steer them there; {DashboardOptions.DefaultAddress} "
                + "unless given. Beyond the loopback TUNEGRAPH_TOKEN must hold a secret.",
            HelpName = "url",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var rest = new Argument<string[]>("arguments")
        {
            Description = $"Arguments of {Host}: see 'tunegraph serve -- --help'.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var command = new Command("serve", "Start a scheduler on this machine.") { page, rest };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction((parsed, _) =>
        {
            string[] arguments = [.. parsed.GetValue(rest) ?? [], .. parsed.UnmatchedTokens];
            return parsed.GetResult(page) is null
                ? HostCommand.RunAsync(Host, arguments)
                : RunAsync(arguments, parsed.GetValue(page), terminal);
        });
        return command;
    }

    private static async Task<int> RunAsync(string[] arguments, string? address, Terminal terminal)
    {
        var options = PageOf(arguments, address);
        if (options.Fault is { } fault)
        {
            await terminal.Error.WriteLineAsync($"error: {fault}.");
            return ExitCode.Usage;
        }

        await using var page = await DashboardServer.StartAsync(options);
        await terminal.Error.WriteLineAsync($"dashboard: {page.Address}");
        return await HostCommand.RunAsync(Host, arguments);
    }

    private static DashboardOptions PageOf(string[] arguments, string? address)
    {
        var place = Environment.GetEnvironmentVariable(PostgresVariable) is { Length: > 0 } postgres
            ? postgres
            : Path.Combine(Path.GetFullPath(Value(arguments, "--data") ?? "tunegraph-data"), "studies");
        var server = new Uri((Value(arguments, "--urls") ?? DefaultServer).Replace("0.0.0.0", "127.0.0.1",
            StringComparison.Ordinal), UriKind.Absolute);
        var url = new Uri(address ?? DashboardOptions.DefaultAddress.ToString(), UriKind.RelativeOrAbsolute);
        var options = PageOptions.FromEnvironment(place, url);
        return options with { Waits = true, Schedulers = [server], SchedulerToken = options.Token };
    }

    private static string? Value(string[] arguments, string name)
    {
        for (var i = 0; i < arguments.Length; i++)
        {
            if (arguments[i] == name && i + 1 < arguments.Length)
                return arguments[i + 1];
            if (arguments[i].StartsWith(name + "=", StringComparison.Ordinal))
                return arguments[i][(name.Length + 1)..];
        }

        return null;
    }
}
