using System.Collections.Immutable;
using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;

namespace TuneGraph.Scheduler;

/// <summary>Studies: submit, look at, stop, resume, queue trials.</summary>
internal static class StudyEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        var group = api.MapGroup("/studies").WithTags("studies");
        group.MapGet("", static (ScheduledStudies studies) =>
                TypedResults.Ok<ImmutableArray<StudyView>>([.. studies.All.Select(study => study.View())]))
            .WithSummary("All studies, by name.");
        group.MapPost("", Submit).WithSummary("Submits a sweep, whose data was uploaded before.");
        group.MapGet("/{name}", static (string name, ScheduledStudies studies) =>
                TypedResults.Ok(studies.Get(name).View()))
            .WithSummary("How a study stands.");
        group.MapGet("/{name}/trials", Trials).WithSummary("A study's trials, by number.");
        group.MapGet("/{name}/best", static (string name, ScheduledStudies studies) =>
                TypedResults.Ok(studies.BestOf(name)))
            .WithSummary("The best trial.");
        group.MapGet("/{name}/export", Export).WithSummary("All trials as csv, json or jsonl.");
        group.MapPost("/{name}/stop", static (string name, ScheduledStudies studies) => Stop(name, studies, "stopped"))
            .WithSummary("Stops a study: its trials end at their next step.");
        group.MapPost("/{name}/pause", static (string name, ScheduledStudies studies) => Stop(name, studies, "paused"))
            .WithSummary("The same as stop, with another reason.");
        group.MapPost("/{name}/resume", Resume).WithSummary("Lets a stopped study go on.");
        group.MapPost("/{name}/trials", EnqueueAsync).WithSummary("Has a configuration tried.");
        group.MapPost("/{name}/trials/{trial:int}/retry", RetryAsync)
            .WithSummary("Has the configuration of a trial tried once more.");
    }

    private static Created<StudyView> Submit(StudySubmission submission, ScheduledStudies studies)
    {
        var study = studies.Submit(submission);
        return TypedResults.Created($"/api/v1/studies/{study.Name}", study.View());
    }

    private static Ok<ImmutableArray<TrialView>> Trials(
        string name, ScheduledStudies studies, int after = -1, int limit = int.MaxValue) =>
        TypedResults.Ok<ImmutableArray<TrialView>>(
            [.. studies.TrialsOf(name).Where(t => t.Number > after).Take(limit).Select(TrialView.Of)]);

    private static IResult Export(string name, ScheduledStudies studies, string format = "csv")
    {
        var trials = studies.TrialsOf(name);
        return format switch
        {
            "csv" => TypedResults.Text(
                TrialsCsv.Write(trials, [.. studies.Get(name).Spec.Objectives.Select(o => o.Metric)]), "text/csv"),
            "json" => TypedResults.Ok<ImmutableArray<TrialView>>([.. trials.Select(TrialView.Of)]),
            "jsonl" => TypedResults.Text(Lines(trials), "application/jsonl"),
            _ => throw new FleetException(
                FleetCode.BadRequest, $"There is no format '{format}'; take csv, json or jsonl."),
        };
    }

    private static string Lines(ImmutableArray<TrialSummary> trials)
    {
        var lines = new StringBuilder();
        foreach (var trial in trials)
        {
            lines.Append(System.Text.Json.JsonSerializer.Serialize(TrialView.Of(trial), WireJson.Default.TrialView));
            lines.Append('\n');
        }

        return lines.ToString();
    }

    private static Ok<StudyView> Stop(string name, ScheduledStudies studies, string how)
    {
        var study = studies.Get(name);
        study.Post(new StopAsked(SweepOutcome.Interrupted, $"{how} by request", Now: false));
        return TypedResults.Ok(study.View());
    }

    private static Ok<StudyView> Resume(string name, ScheduledStudies studies)
    {
        var study = studies.Get(name);
        study.Start();
        return TypedResults.Ok(study.View());
    }

    private static async Task<Created<AskedTrial>> EnqueueAsync(
        string name, TrialRequest trial, ScheduledStudies studies)
    {
        var number = await studies.EnqueueAsync(name, ParameterJson.Read(trial.Parameters));
        return TypedResults.Created($"/api/v1/studies/{name}/trials", new AskedTrial(number, trial.Parameters));
    }

    private static async Task<Created<AskedTrial>> RetryAsync(string name, int trial, ScheduledStudies studies)
    {
        var number = await studies.RetryAsync(name, trial);
        var parameters = TrialView.Of(studies.TrialsOf(name)[number]).Parameters;
        return TypedResults.Created($"/api/v1/studies/{name}/trials", new AskedTrial(number, parameters));
    }
}
