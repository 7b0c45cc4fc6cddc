using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;
using TuneGraph.Search;

namespace TuneGraph.Cli;

/// <summary>
/// The live picture on a terminal: progress, best so far, a bar a running trial, the trials that ended last.
/// </summary>
internal static class LiveTable
{
    private const int BarWidth = 20;
    private static readonly TimeSpan _refresh = TimeSpan.FromMilliseconds(120);

    public static async Task<SweepResult> RunAsync(
        SweepSpec spec,
        IAnsiConsole console,
        Func<IProgress<SweepEvent>, Task<SweepResult>> run
    )
    {
        var view = new SweepView(TimeProvider.System);
        return await console
            .Live(Render(spec, view.Now()))
            .AutoClear(true)
            .StartAsync(async context =>
            {
                var running = run(view);
                using var timer = new PeriodicTimer(_refresh);
                while (!running.IsCompleted)
                {
                    await Task.WhenAny(running, timer.WaitForNextTickAsync().AsTask());
                    context.UpdateTarget(Render(spec, view.Now()));
                }

                return await running;
            });
    }

    public static IRenderable Render(SweepSpec spec, SweepPicture picture)
    {
        var rows = new List<IRenderable>
        {
            new Markup(Headline(spec, picture)),
            new Markup(BestLine(spec, picture)),
            Text.Empty,
        };
        var table = new Table().Border(TableBorder.None).HideHeaders().AddColumns("", "", "", "").Expand();
        foreach (var trial in picture.Running)
            table.AddRow(RunningRow(spec, trial));
        foreach (var (trial, isBest) in picture.Recent)
            table.AddRow(EndedRow(spec, trial, isBest));
        rows.Add(table);
        return new Rows(rows);
    }

    private static string Headline(SweepSpec spec, SweepPicture picture)
    {
        var budget = spec.Budget.Trials;
        var states = string.Join(
            ", ",
            picture
                .Ended.OrderBy(pair => pair.Key)
                .Select(pair => $"{pair.Value} {pair.Key.ToString().ToLowerInvariant()}")
        );
        var left =
            picture.Stage is { } stage ? StageText(spec, stage)
            : picture.Left(budget) is { } time ? $"about {Clock(time)} left"
            : "";
        return $"[bold]{Markup.Escape(spec.Name)}[/]  {Bar(picture.Asked - picture.Running.Count, budget)} "
            + $"{picture.Asked}/{budget} trials  "
            + $"[grey]{Markup.Escape(states)}[/]  {Clock(picture.Elapsed)}  [blue]{Markup.Escape(left)}[/]";
    }

    private static string BestLine(SweepSpec spec, SweepPicture picture) =>
        picture.Best is { } best
            ? $"best [bold green]{Number(best.Value)}[/] {Markup.Escape(spec.Objective.Metric)} in trial "
                + $"{best.Number}: [grey]{Markup.Escape(ConfigurationText.Short(best.Configuration))}[/]"
            : $"[grey]no trial has completed yet ({spec.Objective.Direction.ToString().ToLowerInvariant()} "
                + $"{Markup.Escape(spec.Objective.Metric)})[/]";

    private static Markup[] RunningRow(SweepSpec spec, TrialSummary trial) =>
        [
            new($"[bold]#{trial.Number}[/]"),
            new(
                spec.Program is ModelProgram { Training.Epochs: var epochs }
                    ? $"{Bar(trial.Steps, epochs)} {trial.Steps}/{epochs}"
                    : $"running{(trial.Steps > 0 ? $", step {trial.Steps}" : "")}"
            ),
            new(Number(trial.Value)),
            new($"[grey]{Markup.Escape(ConfigurationText.Short(trial.Configuration))}[/]"),
        ];

    private static Markup[] EndedRow(SweepSpec spec, TrialSummary trial, bool isBest)
    {
        var color = trial.State switch
        {
            TrialState.Completed => isBest ? "green" : "default",
            TrialState.Failed => "red",
            _ => "grey",
        };
        var steps = spec.Program is ModelProgram { Training.Epochs: var epochs } ? $" {trial.Steps}/{epochs}" : "";
        var state = trial.State.ToString().ToLowerInvariant();
        var about = trial.State == TrialState.Failed
            ? trial.Reason ?? ""
            : ConfigurationText.Short(trial.Configuration);
        return
        [
            new($"[{color}]#{trial.Number}[/]"),
            new($"[{color}]{state}{steps}{(isBest ? " [bold]best[/]" : "")}[/]"),
            new($"[{color}]{Number(trial.Value)}[/]"),
            new(
                $"[grey]{Markup.Escape(about)}[/]"
            ),
        ];
    }

    private static string StageText(SweepSpec spec, string stage) =>
        stage switch
        {
            "data" => "reading data",
            "final" => spec.Retrain ? "retraining the best" : "restoring the best",
            "evaluate" => "testing",
            _ => "writing results",
        };

    private static string Bar(int done, int all)
    {
        var filled = Math.Clamp((int)Math.Round(BarWidth * (double)done / Math.Max(1, all)), 0, BarWidth);
        return $"[green]{new string('━', filled)}[/][grey]{new string('━', BarWidth - filled)}[/]";
    }

    private static string Number(double? value) => value?.ToString("G5", CultureInfo.InvariantCulture) ?? "";

    private static string Clock(TimeSpan time) =>
        time.ToString(time.TotalHours >= 1 ? @"h\:mm\:ss" : @"m\:ss", CultureInfo.InvariantCulture);
}
