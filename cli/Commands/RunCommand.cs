using System.CommandLine;
using System.Runtime.InteropServices;

namespace TuneGraph.Cli;

/// <summary><c>tunegraph run</c>: runs a sweep in this process.</summary>
internal static class RunCommand
{
    public static Command Create(Terminal terminal)
    {
        var file = new Argument<string>("sweep") { Description = "The sweep file (YAML)." };
        var resume = new Option<bool>("--resume") { Description = "Go on with the study if there is one." };
        var output = new Option<string?>("--output", "-o")
        {
            Description = "Output folder, instead of the sweep's.",
            HelpName = "folder",
        };
        var trials = new Option<int?>("--trials")
        {
            Description = "Number of trials, instead of budget.trials.",
            HelpName = "n",
        };
        var parallel = new Option<int?>("--parallel")
        {
            Description = "Trials at a time, instead of budget.parallel.",
            HelpName = "n",
        };
        var timeout = new Option<string?>("--timeout")
        {
            Description = "Time limit such as 90s, 15m or 2h, instead of budget.timeout.",
            HelpName = "time",
        };
        var seed = new Option<ulong?>("--seed") { Description = "Seed, instead of the sweep's.", HelpName = "n" };
        var progress = new Option<ProgressStyle>("--progress")
        {
            Description = "auto: a live table on a terminal, plain lines elsewhere; plain, json or none.",
            HelpName = "auto|plain|json|none",
        };
        var json = new Option<bool>("--json") { Description = "The same as --progress json: one JSON object a line." };
        var command = new Command("run", "Run a sweep in this process and keep its results.")
        {
            file,
            resume,
            output,
            trials,
            parallel,
            timeout,
            seed,
            progress,
            json,
        };
        foreach (var positive in new[] { trials, parallel })
        {
            positive.Validators.Add(result =>
            {
                if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, out var n) && n < 1)
                    result.AddError($"{positive.Name} is {n}; it must be at least 1.");
            });
        }

        timeout.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var text }] && !DurationText.TryParse(text, out _))
                result.AddError($"--timeout is '{text}'; write a duration such as 90s, 15m, 2h or 1h30m.");
        });
        command.SetAction(parsed =>
        {
            var spec = SweepFile.Load(parsed.GetRequiredValue(file), parsed.GetValue(seed));
            spec = spec with
            {
                OutputFolder = parsed.GetValue(output) ?? spec.OutputFolder,
                Budget = spec.Budget with
                {
                    Trials = parsed.GetValue(trials) ?? spec.Budget.Trials,
                    Parallel = parsed.GetValue(parallel) ?? spec.Budget.Parallel,
                    Timeout =
                        parsed.GetValue(timeout) is { } text && DurationText.TryParse(text, out var limit)
                            ? limit
                            : spec.Budget.Timeout,
                },
            };
            var style = parsed.GetValue(json) ? ProgressStyle.Json : parsed.GetValue(progress);
            return RunAsync(spec, parsed.GetValue(resume), style, terminal);
        });
        return command;
    }

    private static async Task<int> RunAsync(SweepSpec spec, bool resume, ProgressStyle style, Terminal terminal)
    {
        using var signals = new StopSignals(terminal.Error.WriteLine);
        Task<SweepResult> Run(IProgress<SweepEvent>? progress) =>
            new SweepRunner(spec, new SweepRunOptions { Resume = resume, Progress = progress }).RunAsync(
                signals.Stop,
                signals.Kill
            );

        var result = style switch
        {
            ProgressStyle.Json => await Run(new JsonProgress(terminal.Out)),
            ProgressStyle.None => await Run(null),
            ProgressStyle.Auto when terminal.IsLive => await LiveTable.RunAsync(spec, terminal.Console, Run),
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
