using System.Buffers;
using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.Logging.Abstractions;
using TuneGraph.Dashboard.Pages;
using TuneGraph.Search;

namespace TuneGraph.Dashboard;

/// <summary>
/// A study as one HTML file, charts and data included: it opens without a network, and asks none for anything.
/// </summary>
public static class StudyReport
{
    // What the file itself holds may run, and nothing may be fetched from anywhere.
    private const string Policy =
        "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:";

    /// <summary>Writes the report of a study.</summary>
    /// <param name="study">The study, with its whole log.</param>
    /// <param name="state">How it stands, seen from outside.</param>
    /// <returns>The file's text, HTML in UTF-8.</returns>
    public static Task<string> WriteAsync(StoredStudy study, StudyState state)
    {
        ArgumentNullException.ThrowIfNull(study);
        return WriteAsync(new StudyView(study.Definition.Name, study), state);
    }

    internal static async Task<string> WriteAsync(StudyView view, StudyState state)
    {
        var page = new StringBuilder("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\" />\n")
            .Append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\" />\n")
            .Append("<meta http-equiv=\"Content-Security-Policy\" content=\"").Append(Policy).Append("\" />\n")
            .Append("<title>").Append(WebUtility.HtmlEncode(view.Definition.Name)).Append(" · TuneGraph</title>\n")
            .Append("<style>\n").Append(Assets.Text("page.css")).Append("</style>\n</head>\n<body>\n");
        // What depends on the study is taken before anything is waited for: its visitors change it afterwards.
        var data = Data(view, state);
        page.Append(await BodyAsync(view, state))
            .Append("\n<script type=\"application/json\" id=\"data\">").Append(data).Append("</script>\n")
            .Append("<script>\n").Append(Assets.Text("echarts.js")).Append("\n</script>\n")
            .Append("<script>\n").Append(ScriptBundle.Of("report.js")).Append("</script>\n</body>\n</html>\n");
        return page.ToString();
    }

    private static async Task<string> BodyAsync(StudyView view, StudyState state)
    {
        await using var services = new ServiceCollection().BuildServiceProvider();
        await using var renderer = new HtmlRenderer(services, NullLoggerFactory.Instance);
        return await renderer.Dispatcher.InvokeAsync(async () =>
        {
            var parameters = ParameterView.FromDictionary(new Dictionary<string, object?>
            {
                [nameof(ReportBody.Study)] = view,
                [nameof(ReportBody.State)] = state,
            });
            return (await renderer.RenderComponentAsync<ReportBody>(parameters)).ToHtmlString();
        });
    }

    // Written by the strict encoder, so that no text of the study can end the element that holds it.
    private static string Data(StudyView view, StudyState state)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WritePropertyName("columns");
            ColumnWriter.Write(writer, view, state, after: 0);
            writer.WritePropertyName("curves");
            StudyData.Curves(writer, view, null);
            writer.WritePropertyName("importance");
            StudyData.Importance(writer, view);
            writer.WritePropertyName("lanes");
            StudyData.Lanes(writer, view);
            WriteMap(writer, view);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    // Over the two parameters that matter most.
    private static void WriteMap(Utf8JsonWriter writer, StudyView view)
    {
        var importance = PedAnova.Of(view.Space, view.Evaluations(), view.Direction);
        var names = importance.Select(one => one.Name).Take(2).ToList();
        if (names.Count < 2)
            return;
        writer.WriteStartArray("mapAxes");
        names.ForEach(writer.WriteStringValue);
        writer.WriteEndArray();
        writer.WritePropertyName("map");
        StudyData.Map(writer, view, names[0], names[1]);
    }
}
