using System.CommandLine;
using System.Runtime.InteropServices;
using TuneGraph.Dashboard;

namespace TuneGraph.Cli;

/// <summary><c>tunegraph run</c>: runs a sweep in this process.</summary>
internal static class RunCommand
{
    public static Command Create(Terminal terminal)
    {
        var options = new RunOptions();
        var command = new Command("run", "Run a sweep in this process and keep its results.");
        options.AddTo(command);
        command.SetAction(parsed => RunAsync(options, parsed, terminal));
        return command;
    }

    private static async Task<int> RunAsync(RunOptions options, ParseResult parsed, Terminal terminal)
    {
        var spec = options.Sweep(parsed);
        var control = new SweepControl();
        await using var page = options.Dashboard(parsed) is { } address
            ? await StartPageAsync(spec, address, control, terminal)
            : null;
        var run = new SweepRunOptions
        {
            Resume = options.Resume(parsed),
            VerifySteps = options.VerifySteps(parsed),
            Control = control,
        };
        return await RunAsync(spec, run, options.Style(parsed), terminal);
    }

    private static async Task<DashboardServer> StartPageAsync(
        SweepSpec spec, Uri address, SweepControl control, Terminal terminal)
    {
        var folder = spec.OutputFolder
            ?? throw new TuneGraphException("A page needs a study that is kept: name a folder by --output.");
        var page = await DashboardServer.StartAsync(new DashboardOptions(folder, address)
        {
            Waits = true,
            Control = control,
            AddressOption = "--dashboard PORT",
        });
        await terminal.Error.WriteLineAsync($"dashboard: {page.Address} (as long as this runs; later: tunegraph show "
            + $"{folder})");
        return page;
    }

    private static async Task<int> RunAsync(
        SweepSpec spec, SweepRunOptions run, ProgressStyle style, Terminal terminal)
    {
        using var signals = new StopSignals(terminal.Error.WriteLine);
        Task<SweepResult> Run(IProgress<SweepEvent>? progress) =>
            new SweepRunner(spec, run with { Progress = progress }).RunAsync(
                signals.Stop,
                signals.Kill
            );

        var result = style switch
        {
            ProgressStyle.Json => await Run(new JsonProgress(terminal.Out)),
            ProgressStyle.None => await Run(null),
            // What is verified is told in lines, for which the table has no room.
            ProgressStyle.Auto when terminal.IsLive && run.VerifySteps == 0 =>
                await LiveTable.RunAsync(spec, terminal.Console, Run),
            _ => await Run(new PlainProgress(terminal.Out)),
        };
        if (style is not (ProgressStyle.Json or ProgressStyle.None))
            ResultView.Write(spec, result, terminal.Console);
        return result.Outcome switch
        {
            SweepOutcome.Finished => ExitCode.Success,
            SweepOutcome.TimedOut => ExitCode.TimedOut,
            SweepOutcome.Interrupted => signals.Received == PosixSignal.SIGTERM
                ? ExitCode.Terminated
                : ExitCode.Interrupted,
            _ => Fail(result, terminal),
        };
    }

    private static int Fail(SweepResult result, Terminal terminal)
    {
        terminal.Error.WriteLine($"error: the sweep failed: {result.Reason}.");
        return ExitCode.Failed;
    }
}

/// <summary>How <c>run</c> shows what happens.</summary>
internal enum ProgressStyle
{
    Auto,
    Plain,
    Json,
    None,
}
