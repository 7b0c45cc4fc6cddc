using System.Globalization;

namespace TuneGraph.Scheduler;

/// <summary>
/// What happens in a study, as server-sent events. Their ids are numbers of the study's log, so a client that lost the
/// connection, or the scheduler, goes on with <c>Last-Event-ID</c> and misses nothing.
/// </summary>
internal static class EventEndpoint
{
    private static readonly TimeSpan _alive = TimeSpan.FromSeconds(10);

    public static void Map(RouteGroupBuilder api) =>
        api.MapGet("/studies/{name}/events", FollowAsync)
            .WithTags("studies")
            .WithSummary("A study's changes as server-sent events, from its beginning or from Last-Event-ID.");

    private static async Task FollowAsync(
        string name, AllStudies studies, HttpContext context, IHostApplicationLifetime life)
    {
        var (feed, log) = await studies.FeedAsync(name);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(
            context.RequestAborted, life.ApplicationStopping);
        var seen = int.TryParse(
            context.Request.Headers["Last-Event-ID"], NumberStyles.None, CultureInfo.InvariantCulture, out var last)
            ? last
            : 0;
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-store";
        var watcher = feed.Watch();
        try
        {
            foreach (var (index, logged) in (await log()).Index().Skip(seen))
            {
                seen = index + 1;
                await WriteAsync(context, new FeedEvent(seen, logged.Event, logged.Metrics, null), ended.Token);
            }

            await foreach (var told in EachAsync(watcher.Reader, context, ended.Token))
            {
                if (told.Event is not null && told.Number <= seen)
                    continue;
                seen = told.Number;
                await WriteAsync(context, told, ended.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The client has gone, or this process ends: the client comes back with the last number it saw.
        }
        finally
        {
            feed.Leave(watcher);
        }
    }

    // A comment now and then, so that neither side takes a quiet connection for a dead one.
    private static async IAsyncEnumerable<FeedEvent> EachAsync(
        System.Threading.Channels.ChannelReader<FeedEvent> events,
        HttpContext context,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await context.Response.Body.FlushAsync(cancellationToken);
        var more = events.WaitToReadAsync(cancellationToken).AsTask();
        while (true)
        {
            if (await Task.WhenAny(more, Task.Delay(_alive, cancellationToken)) != more)
            {
                await context.Response.WriteAsync(": alive\n\n", cancellationToken);
                continue;
            }

            if (!await more)
                yield break;
            while (events.TryRead(out var told))
                yield return told;
            more = events.WaitToReadAsync(cancellationToken).AsTask();
        }
    }

    private static Task WriteAsync(HttpContext context, FeedEvent told, CancellationToken cancellationToken) =>
        context.Response.WriteAsync(
            string.Create(
                CultureInfo.InvariantCulture,
                $"id: {told.Number}\nevent: {StudyEventJson.KindOf(told)}\ndata: {StudyEventJson.Write(told)}\n\n"),
            cancellationToken);
}
