using System.Globalization;
using System.Text.Json;
using TuneGraph.Search;

namespace TuneGraph.Dashboard;

/// <summary>What the scripts of the pages ask for.</summary>
internal static class StudyData
{
    /// <summary>So many learning curves are drawn at most: more hide one another.</summary>
    private const int MostCurves = 40;

    private const int MapSize = 25;

    public static void Map(IEndpointRouteBuilder routes, StudyFeeds feeds)
    {
        var data = routes.MapGroup("/data/{study}");
        data.MapGet("/columns", (HttpContext context, string study) => Versioned(context, feeds, study, Columns));
        data.MapGet("/curves", (HttpContext context, string study, string? trials) =>
            Versioned(context, feeds, study, (writer, _, view) => Curves(writer, view, trials)));
        data.MapGet("/importance", (HttpContext context, string study) =>
            Versioned(context, feeds, study, (writer, _, view) => Importance(writer, view)));
        data.MapGet("/lanes", (HttpContext context, string study) =>
            Versioned(context, feeds, study, (writer, _, view) => Lanes(writer, view)));
        data.MapGet("/feed", (HttpContext context, string study) =>
            Versioned(context, feeds, study, (writer, _, view) => Feed(writer, view)));
        data.MapGet("/ranks", (HttpContext context, string study, int trial) =>
            Versioned(context, feeds, study, (writer, _, view) => Ranks(writer, RankTimes.Of(view, trial))));
        data.MapGet("/map", (HttpContext context, string study, string x, string y) =>
            Versioned(context, feeds, study, (writer, _, view) => Map(writer, view, x, y)));
        data.MapGet(
            "/replay",
            (HttpContext context, string study) => PrunerReplays.SendAsync(context, feeds.Find(study)));
        data.MapGet(
            "/regret",
            (HttpContext context, string study) => RegretCurve.SendAsync(context, feeds.Find(study)));
        routes.MapGet("/studies/{study}/report", (HttpContext context, string study) =>
            ReportAsync(context, feeds.Find(study)));
        data.MapGet("/live", LiveAsync);

        async Task LiveAsync(
            HttpContext context, string study, TimeProvider time, OwnCost cost, IHostApplicationLifetime life)
        {
            cost.Came();
            try
            {
                await LiveStream.SendAsync(context, feeds.Find(study), cost, time, life.ApplicationStopping);
            }
            finally
            {
                cost.Left();
            }
        }
    }

    private static async Task Versioned(
        HttpContext context, StudyFeeds feeds, string study, Action<Utf8JsonWriter, StudyFeed, StudyView> write)
    {
        if (feeds.Find(study) is not { } feed)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        var revision = feed.Look(view => HashCode.Combine(
            view.Revision, view.Study.Commits, feed.StateOf(view), view.RemarksMark));
        await JsonAnswer.SendAsync(
            context, revision, () => feed.Look(view => JsonAnswer.Of(writer => write(writer, feed, view))));
    }

    private static async Task ReportAsync(HttpContext context, StudyFeed? feed)
    {
        if (feed is null)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        var report = await feed.Look(view => StudyReport.WriteAsync(view, feed.StateOf(view)));
        context.Response.ContentType = "text/html; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.ContentDisposition = $"attachment; filename=\"{feed.Place.Id}.html\"";
        await context.Response.WriteAsync(report, context.RequestAborted);
    }

    private static void Columns(Utf8JsonWriter writer, StudyFeed feed, StudyView view) =>
        ColumnWriter.Write(writer, view, feed.StateOf(view), after: 0);

    // Those asked for, or the best and whatever runs now.
    public static void Curves(Utf8JsonWriter writer, StudyView view, string? trials)
    {
        var sign = view.Direction == Direction.Minimize ? 1 : -1;
        var having = view.Trials.Where(trial => trial.Steps > 0);
        var drawn = trials is null
            ? having.OrderBy(trial => trial.State != TrialState.Running).ThenBy(trial => sign * trial.Values[0])
            : having.IntersectBy(Numbers(trials), trial => trial.Number);
        var shown = drawn.Take(MostCurves).ToList();
        var curves = view.Curves([.. shown.Select(trial => trial.Number)]);
        writer.WriteStartArray();
        foreach (var trial in shown)
        {
            writer.WriteStartObject();
            writer.WriteNumber("number", trial.Number);
            writer.WriteString("status", trial.State.ToString());
            writer.WriteStartArray("points");
            foreach (var point in CurveSample.Of([.. curves[trial.Number]]))
            {
                writer.WriteNumberValue(point.Step);
                writer.WriteNumberValue(point.Value);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    public static void Importance(Utf8JsonWriter writer, StudyView view)
    {
        writer.WriteStartArray();
        foreach (var parameter in PedAnova.Of(view.Space, view.Evaluations(), view.Direction))
        {
            writer.WriteStartObject();
            writer.WriteString("name", parameter.Name);
            writer.WriteNumber("share", parameter.Share);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    public static void Map(Utf8JsonWriter writer, StudyView view, string x, string y)
    {
        var evaluations = view.Evaluations();
        writer.WriteStartObject();
        if (view.Space.Parameters.Any(p => p.Name == x) && view.Space.Parameters.Any(p => p.Name == y) && x != y
            && evaluations.Exists(e => e.Configuration.Contains(x) && e.Configuration.Contains(y)))
        {
            var map = ContourPlot.Of(view.Space, evaluations, view.Direction, x, y, MapSize);
            Numbers(writer, "x", map.X);
            Numbers(writer, "y", map.Y);
            Numbers(writer, "values", map.Values);
            Numbers(writer, "points", map.Points.SelectMany(point => new[] { point.Number, point.X, point.Y }));
        }

        writer.WriteEndObject();
    }

    // Who did what when: an attempt is a bar in its worker's lane.
    public static void Lanes(Utf8JsonWriter writer, StudyView view)
    {
        writer.WriteStartArray();
        foreach (var attempt in view.Work.Attempts)
        {
            writer.WriteStartObject();
            writer.WriteString("worker", attempt.Worker);
            writer.WriteString("task", attempt.TaskKey);
            writer.WriteString("state", attempt.State.ToString());
            if (attempt.Trial is { } trial)
                writer.WriteNumber("trial", trial);
            writer.WriteNumber("from", attempt.StartedAt.ToUnixTimeMilliseconds());
            if (attempt.EndedAt is { } ended)
                writer.WriteNumber("to", ended.ToUnixTimeMilliseconds());
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    // What happened last, the newest first.
    private static void Feed(Utf8JsonWriter writer, StudyView view)
    {
        const int Most = 8;
        writer.WriteStartArray();
        foreach (var line in LogLine.Of(view.Feed.Take(Most), []))
        {
            writer.WriteStartObject();
            writer.WriteNumber("at", line.At.ToUnixTimeMilliseconds());
            writer.WriteString("level", line.Level.ToString());
            if (line.Trial is { } trial)
                writer.WriteNumber("trial", trial);
            writer.WriteString("text", line.Text);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void Ranks(Utf8JsonWriter writer, RankTimes? times)
    {
        var steps = times?.Steps ?? [];
        writer.WriteStartObject();
        Numbers(writer, "steps", steps.Select(step => (double)step.Step));
        Numbers(writer, "exchange", steps.Select(step => step.Times.ExchangeSeconds));
        Numbers(writer, "bytes", steps.Select(step => (double)step.Times.SentBytes));
        writer.WriteStartArray("seconds");
        foreach (var (_, one) in steps)
        {
            writer.WriteStartArray();
            foreach (var seconds in one.RankSeconds)
                writer.WriteNumberValue(seconds);
            writer.WriteEndArray();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static IEnumerable<int> Numbers(string list) =>
        list.Split(',').Select(text =>
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1);

    private static void Numbers(Utf8JsonWriter writer, string name, IEnumerable<double> numbers)
    {
        writer.WriteStartArray(name);
        foreach (var number in numbers)
            writer.WriteNumberValue(number);
        writer.WriteEndArray();
    }
}
