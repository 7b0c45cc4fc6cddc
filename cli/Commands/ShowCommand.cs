using System.CommandLine;
using TuneGraph.Dashboard;

namespace TuneGraph.Cli;

/// <summary><c>tunegraph show</c>: shows studies on a web page.</summary>
internal static class ShowCommand
{
    public static Command Create(Terminal terminal)
    {
        var place = new Argument<string>("place")
        {
            Description = "Study file, output folder, folder of output folders, or PostgreSQL connection string.",
            DefaultValueFactory = _ => "runs",
        };
        var urls = new Option<string>("--urls")
        {
            Description = "Where the page listens; beyond the loopback TUNEGRAPH_TOKEN must hold a secret.",
            HelpName = "url",
            DefaultValueFactory = _ => DashboardOptions.DefaultAddress.ToString(),
        };
        var readOnly = new Option<bool>("--read-only") { Description = "Let nobody steer from the page." };
        var server = new ServerOptions();
        var command = new Command("show", "Show studies on a web page, live while they run.")
        {
            place, urls, readOnly,
        };
        server.AddTo(command);
        command.SetAction(parsed =>
        {
            var options = PageOptions.FromEnvironment(
                parsed.GetRequiredValue(place), new Uri(parsed.GetRequiredValue(urls), UriKind.RelativeOrAbsolute));
            return RunAsync(
                options with
                {
                    IsReadOnly = parsed.GetValue(readOnly),
                    Schedulers = server.AddressesOf(parsed),
                    SchedulerToken = options.Token,
                },
                terminal);
        });
        return command;
    }

    private static async Task<int> RunAsync(DashboardOptions options, Terminal terminal)
    {
        if (options.Fault is { } fault)
        {
            await terminal.Error.WriteLineAsync($"error: {fault}.");
            return ExitCode.Usage;
        }

        await using var page = await DashboardServer.StartAsync(options);
        await terminal.Out.WriteLineAsync($"{page.Shows} is shown at {page.Address}; stop with Ctrl-C.");
        await page.WaitForShutdownAsync();
        return ExitCode.Success;
    }
}
