using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;

namespace TuneGraph.Scheduler;

/// <summary>Studies whose trials the caller runs: make one, ask for trials, tell what came of them.</summary>
internal static class AskEndpoints
{
    private const int MostBytes = 1 << 20;

    public static void Map(RouteGroupBuilder api)
    {
        var group = api.MapGroup("/studies/{name}").WithTags("ask and tell");
        group.MapPut("", MakeAsync)
            .Accepts<StudyText>("application/json", "application/yaml")
            .WithSummary("Makes a study from a space, for trials that the caller runs; the same text again changes "
                + "nothing.");
        group.MapPost("/ask", AskAsync).WithSummary("Gives trials out to be run.");
        group.MapPost("/trials/{trial:int}/steps", StepAsync)
            .WithSummary("A step of a trial; answers whether it goes on.");
        group.MapPost("/trials/{trial:int}/printed", PrintAsync)
            .WithSummary("What the caller's program printed for a trial; kept with the study.");
        group.MapPost("/trials/{trial:int}/tell", TellAsync).WithSummary("How a trial ended.");
    }

    private static async Task<Results<Created<StudyView>, Ok<StudyView>>> MakeAsync(
        string name, HttpContext context, AskedStudies asked)
    {
        var (study, isNew) = asked.Make(name, await ReadAsync(context));
        var view = await study.DoAsync(ledger => ledger.View(asked.WhereIs(name)));
        return isNew ? TypedResults.Created($"/api/v1/studies/{name}", view) : TypedResults.Ok(view);
    }

    private static async Task<Ok<AskedTrials>> AskAsync(
        string name, AskRequest request, HttpContext context, AllStudies studies)
    {
        var key = RepeatedCalls.KeyOf(context);
        return TypedResults.Ok(await new StudyTurns(name, studies).AskAsync(new StudyAsk(request.Count, key)));
    }

    private static async Task<Ok<StepAnswer>> StepAsync(
        string name, int trial, StepRequest step, AllStudies studies) =>
        TypedResults.Ok(await new StudyTurns(name, studies).DecideAsync(new StudyStep(trial, step)));

    private static async Task<NoContent> PrintAsync(
        string name, int trial, PrintedWord printed, HttpContext context, AllStudies studies)
    {
        var key = RepeatedCalls.KeyOf(context);
        await studies.Asked(name).DoAsync(ledger =>
        {
            ledger.Print(trial, printed, key);
            return true;
        });
        return TypedResults.NoContent();
    }

    private static async Task<Ok<TrialView>> TellAsync(
        string name, int trial, TellRequest told, AllStudies studies) =>
        TypedResults.Ok(await new StudyTurns(name, studies).TellAsync(new StudyTell(trial, told)));

    private static async Task<string> ReadAsync(HttpContext context)
    {
        if (context.Request.ContentLength > MostBytes)
            throw new BadHttpRequestException(
                $"The text of a study has at most {MostBytes} bytes.", StatusCodes.Status413PayloadTooLarge);
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        return await reader.ReadToEndAsync(context.RequestAborted);
    }
}
