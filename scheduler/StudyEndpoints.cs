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
        group.MapGet("", static async (AllStudies studies) => TypedResults.Ok(await studies.ViewsAsync()))
            .WithSummary("All studies, by name.");
        group.MapPost("", Submit).WithSummary("Submits a sweep, whose data was uploaded before.");
        group.MapGet("/{name}", static async (string name, AllStudies studies) =>
                TypedResults.Ok(await studies.ViewAsync(name)))
            .WithSummary("How a study stands.");
        group.MapPatch("/{name}", ChangeAsync)
            .WithSummary("Changes what a study may spend, take of the workers and try, also while it runs.");
        group.MapGet("/{name}/trials", TrialsAsync).WithSummary("A study's trials, by number.");
        group.MapGet("/{name}/printed",
                static async (string name, [AsParameters] PrintedRequest request, AllStudies studies) =>
                    TypedResults.Ok(await studies.PrintedAsync(name, request.ToQuery())))
            .WithSummary("What a study's trials printed, the oldest first.");
        group.MapGet("/{name}/best", static async (string name, AllStudies studies) =>
                TypedResults.Ok(await studies.BestAsync(name)))
            .WithSummary("The best trial.");
        group.MapGet("/{name}/importance", static async (string name, AllStudies studies) =>
                TypedResults.Ok(await studies.ImportanceAsync(name)))
            .WithSummary("How much each parameter mattered.");
        group.MapGet("/{name}/export", ExportAsync).WithSummary("All trials as csv, json or jsonl.");
        group.MapPost("/{name}/stop", static (string name, ScheduledStudies scheduled, AllStudies studies) =>
                StopAsync(name, scheduled, studies, "stopped"))
            .WithSummary("Stops a study: its trials end at their next step.");
        group.MapPost("/{name}/pause", static (string name, ScheduledStudies scheduled, AllStudies studies) =>
                StopAsync(name, scheduled, studies, "paused"))
            .WithSummary("The same as stop, with another reason.");
        group.MapPost("/{name}/resume", ResumeAsync).WithSummary("Lets a stopped study go on.");
        group.MapPut("/{name}/note", static async (string name, NoteRequest note, AllStudies studies) =>
            {
                await studies.NoteAsync(name, note.Remark);
                return TypedResults.NoContent();
            })
            .WithSummary("Keeps a note and tags of a study or a trial, in place of those before.");
        group.MapPost("/{name}/trials", EnqueueAsync).WithSummary("Has a configuration tried.");
        group.MapPost("/{name}/trials/{trial:int}/retry", RetryAsync)
            .WithSummary("Has the configuration of a trial tried once more.");
    }

    private static Created<StudyView> Submit(StudySubmission submission, ScheduledStudies studies)
    {
        var study = studies.Submit(submission);
        return TypedResults.Created($"/api/v1/studies/{study.Name}", study.View());
    }

    private static async Task<Ok<StudyView>> ChangeAsync(
        string name, StudyChange change, ScheduledStudies scheduled, AllStudies studies)
    {
        if (scheduled.Find(name) is { } study)
            study.Change(change);
        else
            await studies.Asked(name).DoAsync(ledger =>
            {
                ledger.Change(change);
                return true;
            });
        return TypedResults.Ok(await studies.ViewAsync(name));
    }

    private static async Task<Ok<ImmutableArray<TrialView>>> TrialsAsync(
        string name, AllStudies studies, int after = -1, int limit = int.MaxValue) =>
        TypedResults.Ok<ImmutableArray<TrialView>>(
            [.. (await studies.TrialsAsync(name, after, limit)).Select(TrialView.Of)]);

    private static async Task<IResult> ExportAsync(string name, AllStudies studies, string format = "csv")
    {
        var trials = await studies.TrialsAsync(name);
        return format switch
        {
            "csv" => TypedResults.Text(TrialsCsv.Write(trials, await studies.MetricsAsync(name)), "text/csv"),
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

    private static async Task<Ok<StudyView>> StopAsync(
        string name, ScheduledStudies scheduled, AllStudies studies, string how)
    {
        var reason = $"{how} by request";
        if (scheduled.Find(name) is { } study)
            study.Post(new StopAsked(SweepOutcome.Interrupted, reason, Now: false));
        else
            await TurnAsync(studies.Asked(name), StudyState.Interrupted, reason);
        return TypedResults.Ok(await studies.ViewAsync(name));
    }

    private static async Task<Ok<StudyView>> ResumeAsync(
        string name, ScheduledStudies scheduled, AllStudies studies)
    {
        if (scheduled.Find(name) is { } study)
            study.Start();
        else
            await TurnAsync(studies.Asked(name), StudyState.Running, null);
        return TypedResults.Ok(await studies.ViewAsync(name));
    }

    private static Task<bool> TurnAsync(AskedStudy study, StudyState state, string? reason) =>
        study.DoAsync(ledger =>
        {
            ledger.Turn(state, reason);
            return true;
        });

    private static async Task<Created<AskedTrial>> EnqueueAsync(
        string name, TrialRequest trial, HttpContext context, ScheduledStudies scheduled, AllStudies studies)
    {
        var configuration = ParameterJson.Read(trial.Parameters);
        if (scheduled.Find(name) is not null)
            return Created(name, new AskedTrial(await scheduled.EnqueueAsync(name, configuration), trial.Parameters));
        var key = RepeatedCalls.KeyOf(context);
        return Created(name, await studies.Asked(name).DoAsync(ledger => ledger.Enqueue(configuration, key)));
    }

    private static async Task<Created<AskedTrial>> RetryAsync(
        string name, int trial, HttpContext context, ScheduledStudies scheduled, AllStudies studies)
    {
        if (scheduled.Find(name) is not null)
        {
            var number = await scheduled.RetryAsync(name, trial);
            return Created(name, new AskedTrial(number, TrialView.Of(scheduled.TrialsOf(name)[number]).Parameters));
        }

        var key = RepeatedCalls.KeyOf(context);
        return Created(name, await studies.Asked(name).DoAsync(ledger => ledger.Retry(trial, key)));
    }

    private static Created<AskedTrial> Created(string name, AskedTrial trial) =>
        TypedResults.Created($"/api/v1/studies/{name}/trials", trial);
}
