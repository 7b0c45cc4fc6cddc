using System.Globalization;
using System.Text;

namespace TuneGraph.Dashboard;

/// <summary>The logs of trials: news for whoever follows one, and the whole of it as a file.</summary>
internal static class PrintedData
{
    /// <summary>A page shows so many entries at most.</summary>
    public const int MostShown = 500;

    public static void Map(IEndpointRouteBuilder routes, StudyFeeds feeds)
    {
        routes.MapGet("/data/{study}/printed/{trial:int}", (HttpContext context, string study, int trial) =>
            feeds.Find(study) is { } feed
                ? NewsAsync(context, feed, WishOf(context.Request.Query, trial))
                : NotThere(context));
        routes.MapGet("/studies/{study}/trials/{trial:int}/log.txt", (HttpContext context, string study, int trial) =>
            feeds.Find(study) is { } feed
                ? FileAsync(context, feed, WishOf(context.Request.Query, trial))
                : NotThere(context));
    }

    /// <summary>What a visitor wants to see, from the address.</summary>
    public static PrintedWish WishOf(IQueryCollection query, int trial) =>
        new(trial)
        {
            Attempt = NumberOf(query["attempt"]),
            Rank = NumberOf(query["rank"]),
            ErrorsOnly = query["errors"] == "on",
            Text = query["text"],
        };

    /// <summary>That wish in an address, <c>attempt=2&amp;rank=0</c>; empty where all is wanted.</summary>
    public static string QueryOf(PrintedWish wish)
    {
        string?[] parts =
        [
            wish.Attempt is { } attempt ? FormattableString.Invariant($"attempt={attempt}") : null,
            wish.Rank is { } rank ? FormattableString.Invariant($"rank={rank}") : null,
            wish.ErrorsOnly ? "errors=on" : null,
            string.IsNullOrWhiteSpace(wish.Text) ? null : "text=" + Uri.EscapeDataString(wish.Text),
        ];
        return string.Join('&', parts.OfType<string>());
    }

    private static int? NumberOf(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static async Task NewsAsync(HttpContext context, StudyFeed feed, PrintedWish wish)
    {
        var isOver = feed.Look(view => view.Trials.ElementAtOrDefault(wish.Trial) is not { EndedAt: null });
        var news = PrintedLog.Read(feed, wish, PrintedCursor.Of(context.Request.Query["after"]), MostShown);
        context.Response.Headers.CacheControl = "no-store";
        context.Response.ContentType = "application/json; charset=utf-8";
        await context.Response.Body.WriteAsync(
            JsonAnswer.Of(writer =>
            {
                writer.WriteStartObject();
                writer.WriteString("after", news.Next.ToString());
                writer.WriteBoolean("over", isOver);
                writer.WriteStartArray("entries");
                foreach (var entry in news.Entries)
                {
                    writer.WriteStartObject();
                    writer.WriteString("time", Show.Clock(entry.At));
                    writer.WriteString("kind", entry.Kind.ToString());
                    if (entry.Rank is { } rank)
                        writer.WriteNumber("rank", rank);
                    writer.WriteString("text", entry.Text);
                    writer.WriteEndObject();
                }

                writer.WriteEndArray();
                writer.WriteEndObject();
            }),
            context.RequestAborted);
    }

    private static async Task FileAsync(HttpContext context, StudyFeed feed, PrintedWish wish)
    {
        var log = PrintedLog.Read(feed, wish, default);
        context.Response.Headers.CacheControl = "no-store";
        context.Response.ContentType = "text/plain; charset=utf-8";
        context.Response.Headers.ContentDisposition = string.Create(
            CultureInfo.InvariantCulture, $"attachment; filename=\"{feed.Place.Id}-trial-{wish.Trial}.log\"");
        var text = new StringBuilder();
        if (log.LeftOut > 0)
            text.Append(CultureInfo.InvariantCulture, $"[{log.LeftOut} characters before are not kept any more]\n");
        foreach (var entry in log.Entries)
            text.Append(entry.Plain).Append('\n');
        await context.Response.WriteAsync(text.ToString(), context.RequestAborted);
    }

    private static Task NotThere(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }
}
