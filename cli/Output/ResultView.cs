using System.Globalization;
using Spectre.Console;

namespace TuneGraph.Cli;

/// <summary>The last word of <c>run</c>: what was found, and where it lies.</summary>
internal static class ResultView
{
    public static void Write(SweepSpec spec, SweepResult result, IAnsiConsole console)
    {
        console.WriteLine();
        if (result.Best is { } best)
            WriteBest(spec, result, best, console);
        var states = result
            .Trials.CountBy(trial => trial.State)
            .OrderBy(pair => pair.Key)
            .Select(pair => $"{pair.Value} {pair.Key.ToString().ToLowerInvariant()}");
        console.WriteLine(
            $"trials  {result.Trials.Length}: {string.Join(", ", states)}"
                + (result.SharedSteps > 0 ? $"; {result.SharedSteps} steps shared instead of computed" : "")
        );
        if (result.OutputFolder is { } folder)
        {
            console.WriteLine($"model   {Path.Combine(folder, "model.safetensors")}");
            console.WriteLine($"report  {Path.Combine(folder, "report.md")}");
        }

        if (result.Outcome is SweepOutcome.Interrupted or SweepOutcome.TimedOut)
            console.MarkupLineInterpolated($"[yellow]Not finished: {result.Reason}. Go on with --resume.[/]");
    }

    private static void WriteBest(SweepSpec spec, SweepResult result, TrialSummary best, IAnsiConsole console)
    {
        var reached = best.Value!.Value.ToString("G6", CultureInfo.InvariantCulture);
        console.MarkupInterpolated($"best    [bold green]{reached}[/] {spec.Objective.Metric} in trial {best.Number}");
        console.WriteLine();
        foreach (var (name, value) in best.Configuration)
            console.WriteLine($"        {name} = {ConfigurationText.Short(value)}");
        foreach (var (name, value) in result.Test)
            console.MarkupLineInterpolated(
                $"test    {name} [bold]{value.ToString("G6", CultureInfo.InvariantCulture)}[/]"
            );
    }
}
