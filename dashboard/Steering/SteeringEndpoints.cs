using System.Globalization;
using Microsoft.AspNetCore.Antiforgery;
using TuneGraph.Search;

namespace TuneGraph.Dashboard;

/// <summary>Takes the orders that the buttons of the pages give.</summary>
internal static class SteeringEndpoints
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    public static void Map(IEndpointRouteBuilder routes, StudyFeeds feeds, Wheel wheel, Notices notices)
    {
        routes.MapPost("/studies/{study}/orders/{verb}", (HttpContext context, string study, string verb) =>
            feeds.Find(study) is { } feed
                ? AnswerAsync(
                    context, notices, wheel.WhyNot, stop => FollowAsync(context, wheel.Helm!, feed, verb, stop),
                    "/studies/" + Uri.EscapeDataString(study))
                : NotFoundAsync(context));
        routes.MapPost("/studies/{study}/notes", (HttpContext context, string study) =>
            feeds.Find(study) is { } feed
                ? AnswerAsync(
                    context, notices, wheel.WhyReadOnly, _ => Task.FromResult(Note(context.Request.Form, feed)),
                    "/studies/" + Uri.EscapeDataString(study))
                : NotFoundAsync(context));
        routes.MapPost("/workers/drain", (HttpContext context) => DrainAsync(context, wheel, notices));
    }

    private static Task DrainAsync(HttpContext context, Wheel wheel, Notices notices) =>
        AnswerAsync(
            context, notices, wheel.WhyNot,
            stop => wheel.Helm!.DrainAsync(context.Request.Form["worker"].ToString(), stop), "/system");

    private static Task NotFoundAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    // Follows an order, and goes back to a page that tells what became of it.
    private static async Task AnswerAsync(
        HttpContext context, Notices notices, Func<HttpContext, string?> whyNot,
        Func<CancellationToken, Task<string>> follow, string own)
    {
        if (await RefusalAsync(context, whyNot) is { } refusal)
        {
            context.Response.StatusCode = refusal.Code;
            context.Response.ContentType = "text/plain; charset=utf-8";
            await context.Response.WriteAsync(refusal.Why + "\n");
            return;
        }

        var (text, isFault) = await TellAsync(context, follow);
        var back = Back(context, own);
        var mark = back.Contains('?', StringComparison.Ordinal) ? '&' : '?';
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = $"{back}{mark}told={notices.Add(text, isFault)}";
    }

    private static async Task<(int Code, string Why)?> RefusalAsync(
        HttpContext context, Func<HttpContext, string?> whyNot)
    {
        if (whyNot(context) is { } why)
            return (StatusCodes.Status403Forbidden, why);
        try
        {
            await context.RequestServices.GetRequiredService<IAntiforgery>().ValidateRequestAsync(context);
            return null;
        }
        catch (AntiforgeryValidationException)
        {
            return (StatusCodes.Status400BadRequest,
                "This order did not come from a page that this server has made since it started. Go back, load the "
                    + "page anew, and give the order again.");
        }
    }

    private static async Task<(string Text, bool IsFault)> TellAsync(
        HttpContext context, Func<CancellationToken, Task<string>> follow)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        limit.CancelAfter(_patience);
        try
        {
            return (await follow(limit.Token), false);
        }
        catch (Exception e) when (e is TuneGraphException or SearchSpaceException or InvalidOperationException
            or ArgumentException)
        {
            return (e.Message, true);
        }
        catch (OperationCanceledException)
        {
            return ($"It gave no answer within {_patience.TotalSeconds:0} seconds; whether it was done will show here.",
                true);
        }
    }

    private static async Task<string> FollowAsync(
        HttpContext context, Helm helm, StudyFeed feed, string verb, CancellationToken cancellationToken) =>
        verb switch
        {
            "stop" => await helm.StopAsync(feed.Place, cancellationToken),
            "pause" => await helm.PauseAsync(feed.Place, cancellationToken),
            "resume" => await helm.ResumeAsync(feed.Place, cancellationToken),
            "enqueue" => await EnqueueAsync(
                helm, feed, TrialForm.Read(feed.Look(view => view.Space), context.Request.Form), cancellationToken),
            "change" => await helm.ChangeAsync(feed.Place, BudgetForm.Read(context.Request.Form), cancellationToken),
            "retry" => await EnqueueAsync(helm, feed, Past(context, feed), cancellationToken),
            _ => throw new ArgumentException(
                $"There is no order '{verb}'; give stop, pause, resume, change, enqueue or retry."),
        };

    private static async Task<string> EnqueueAsync(
        Helm helm, StudyFeed feed, Configuration configuration, CancellationToken cancellationToken)
    {
        var number = await helm.EnqueueAsync(feed.Place, configuration, cancellationToken);
        return string.Create(CultureInfo.InvariantCulture, $"It is tried as trial {number}.");
    }

    private static string Note(IFormCollection form, StudyFeed feed)
    {
        var text = form["trial"].ToString();
        int? trial = text.Length == 0 ? null
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
            : throw new ArgumentException($"There is no trial '{text}' to note anything about.");
        feed.Annotate(new Remark(trial, form["note"].ToString(), Remark.Split(form["tags"].ToString())));
        return "It is noted.";
    }

    private static Configuration Past(HttpContext context, StudyFeed feed)
    {
        var text = context.Request.Form["trial"].ToString();
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && feed.Look(view => view.Trials.ElementAtOrDefault(number)) is { } trial
                ? trial.Configuration
                : throw new ArgumentException($"There is no trial '{text}' to try again.");
    }

    // Only to a page of studies or of workers: an order is no way to have somebody sent elsewhere.
    private static string Back(HttpContext context, string own)
    {
        var asked = context.Request.Form["back"].ToString();
        var isOurs = asked.StartsWith(own, StringComparison.Ordinal)
            || asked.StartsWith("/studies/", StringComparison.Ordinal);
        return isOurs
            && asked.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '-' or '_' or '.' or '?' or '=' or '%')
                ? asked
                : own;
    }
}
