using System.Text;
using System.Text.Json;
using TuneGraph.Search;

namespace TuneGraph;

/// <summary>What happens in a study, as JSON.</summary>
internal static class StudyEventJson
{
    /// <summary>The kind of an event, as its watchers know it.</summary>
    public static string KindOf(FeedEvent told) =>
        told.Event switch
        {
            null => "state",
            TrialAsked => "asked",
            ParameterSuggested => "suggested",
            StepReported => "step",
            TrialPaused => "paused",
            TrialResumed => "resumed",
            TrialTold => "told",
            BudgetChanged => "budget",
            RangesChanged => "ranges",
            var other => other.GetType().Name,
        };

    /// <summary>An event on one line.</summary>
    public static string Write(FeedEvent told)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            if (told.State is { } state)
                json.WriteString("state", state.ToString().ToLowerInvariant());
            if (told.Event is { } @event)
                WriteEvent(json, @event, told.Metrics);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    private static void WriteLimit(Utf8JsonWriter json, string name, double? limit)
    {
        if (limit is { } most)
            json.WriteNumber(name, most);
    }

    private static void WriteEvent(Utf8JsonWriter json, StudyEvent @event, StepMetrics? metrics)
    {
        json.WriteNumber("trial", @event.Number);
        switch (@event)
        {
            case TrialAsked asked:
                ConfigurationJson.Write(json, asked.Configuration);
                break;
            case ParameterSuggested suggested:
                json.WriteString("parameter", suggested.Parameter.Name);
                json.WriteString("value", suggested.Value.ToString());
                break;
            case StepReported reported:
                json.WriteNumber("step", reported.Step);
                WriteValues(json, reported.Values);
                WriteMetrics(json, metrics);
                WriteNotes(json, metrics);
                break;
            case BudgetChanged { Budget: var budget }:
                WriteLimit(json, "trials", budget.Trials);
                WriteLimit(json, "steps", budget.Steps);
                WriteLimit(json, "cost", budget.Cost);
                break;
            case RangesChanged { Ranges: var ranges }:
                json.WriteStartObject("ranges");
                foreach (var range in ranges)
                    json.WriteString(range.Name, range.Distribution.ToString());
                json.WriteEndObject();
                break;
            case TrialPaused paused:
                json.WriteNumber("step", paused.Step);
                break;
            case TrialTold told:
                json.WriteString("state", TrialView.Word(told.State));
                WriteValues(json, told.Values);
                if (told.Reason is { } reason)
                    json.WriteString("reason", reason);
                break;
            default:
                break;
        }
    }

    private static void WriteValues(Utf8JsonWriter json, ValueList values)
    {
        json.WriteStartArray("values");
        foreach (var value in values)
            json.WriteNumberValue(value);
        json.WriteEndArray();
    }

    private static void WriteNotes(Utf8JsonWriter json, StepMetrics? metrics)
    {
        if (metrics is null or { Notes.IsEmpty: true })
            return;
        json.WriteStartArray("notes");
        foreach (var note in metrics.Notes)
            json.WriteStringValue(note);
        json.WriteEndArray();
    }

    private static void WriteMetrics(Utf8JsonWriter json, StepMetrics? metrics)
    {
        foreach (var name in metrics is null ? [] : StepMetrics.Names)
        {
            if (metrics![name] is { } value && double.IsFinite(value))
                json.WriteNumber(name, value);
        }
    }
}
