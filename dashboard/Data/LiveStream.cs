using System.Globalization;
using System.Text;

namespace TuneGraph.Dashboard;

/// <summary>
/// Sends what changed in a study as server-sent events, at most one a second and the more seldom the larger they are.
/// An event's id is the revision after it, so that a browser whose connection broke goes on where it was.
/// </summary>
internal static class LiveStream
{
    private static readonly TimeSpan _period = TimeSpan.FromSeconds(1);

    /// <summary>So many bytes take up a period: 90 KB a minute before compression.</summary>
    private const int BytesPerPeriod = 1500;

    /// <summary>News are held back for so many periods at most; what changed meanwhile is sent once.</summary>
    private const int MostHeld = 10;

    /// <summary>After so many periods without news a comment tells that the connection lives.</summary>
    private const int QuietPeriods = 15;

    public static async Task SendAsync(
        HttpContext context, StudyFeed? feed, OwnCost cost, TimeProvider time, CancellationToken stopping)
    {
        if (feed is null)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        using var both = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-store";
        var (revision, state, mark, quiet, held) = (Start(context), (StudyState?)null, (int?)null, 0, 0);
        using var timer = new PeriodicTimer(_period, time);
        try
        {
            do
            {
                if (held-- > 0)
                    continue;
                var news = feed.Look(view => News(feed, view, revision, state, mark));
                quiet = news.Body is null ? quiet + 1 : 0;
                if (news.Body is { } body)
                {
                    cost.Send(body.Length);
                    held = Math.Min(MostHeld, body.Length / BytesPerPeriod);
                    var text = Encoding.UTF8.GetString(body);
                    await WriteAsync(context, $"id: {news.Revision}\ndata: {text}\n\n", both.Token);
                }
                else if (quiet % QuietPeriods == 0)
                    await WriteAsync(context, ":\n\n", both.Token);
                (revision, state, mark) = (news.Revision, news.State, news.Mark);
            }
            while (await timer.WaitForNextTickAsync(both.Token));
        }
        catch (OperationCanceledException)
        {
            // The browser left, or this process ends: the browser connects again by itself.
        }
    }

    private static (int Revision, StudyState State, int Mark, byte[]? Body) News(
        StudyFeed feed, StudyView view, int revision, StudyState? state, int? mark)
    {
        var (now, notes) = (feed.StateOf(view), view.RemarksMark);
        var changed = view.Revision != revision || now != state || notes != mark;
        return (view.Revision, now, notes, !changed ? null : JsonAnswer.Of(writer =>
            ColumnWriter.Write(writer, view, now, revision, withNotes: notes != mark)));
    }

    private static int Start(HttpContext context)
    {
        var last = context.Request.Headers["Last-Event-ID"].FirstOrDefault() ?? context.Request.Query["after"];
        return int.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out var revision) ? revision : 0;
    }

    private static async Task WriteAsync(HttpContext context, string text, CancellationToken cancellationToken)
    {
        await context.Response.WriteAsync(text, cancellationToken);
        await context.Response.Body.FlushAsync(cancellationToken);
    }
}
