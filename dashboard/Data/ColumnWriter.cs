using System.Text.Json;
using TuneGraph.Search;

namespace TuneGraph.Dashboard;

/// <summary>
/// Writes trials column by column, which is half as long as row by row and draws without being turned around. Numbers
/// of choices stand for them; null is "not active" or "not yet".
/// </summary>
internal static class ColumnWriter
{
    /// <summary>What a page needs to draw all trials, or those that changed after a revision.</summary>
    /// <param name="writer">Takes one object.</param>
    /// <param name="view">The study.</param>
    /// <param name="state">How the study stands, seen from outside.</param>
    /// <param name="after">Only trials that changed after this many events; 0 for all.</param>
    /// <param name="withNotes">Whether to write what people noted, which is little.</param>
    public static void Write(
        Utf8JsonWriter writer, StudyView view, StudyState state, int after, bool withNotes = true)
    {
        List<TrialRow> rows = [.. view.Trials.Where(trial => trial.Revision > after)];
        writer.WriteStartObject();
        writer.WriteNumber("revision", view.Revision);
        writer.WriteString("state", state.ToString());
        writer.WriteString("reason", view.Study.Reason);
        writer.WriteNumber("budget", view.Budget);
        if (after == 0)
            WriteHead(writer, view);
        if (withNotes)
            WriteNotes(writer, view);
        WriteColumns(writer, view, rows);
        writer.WriteEndObject();
    }

    private static void WriteHead(Utf8JsonWriter writer, StudyView view)
    {
        writer.WriteStartArray("objectives");
        foreach (var objective in view.Definition.Objectives)
        {
            writer.WriteStartObject();
            writer.WriteString("metric", objective.Metric);
            writer.WriteBoolean("minimize", objective.Direction == Direction.Minimize);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteStartArray("axes");
        foreach (var parameter in view.Space.Parameters)
            WriteAxis(writer, InsightAxis.Of(parameter), parameter.Distribution is IntDistribution);
        writer.WriteEndArray();
    }

    private static void WriteNotes(Utf8JsonWriter writer, StudyView view)
    {
        writer.WriteStartArray("notes");
        foreach (var remark in view.Study.Remarks.Where(remark => remark.Trial is not null))
        {
            writer.WriteStartObject();
            writer.WriteNumber("trial", remark.Trial!.Value);
            writer.WriteString("note", remark.Note);
            writer.WriteStartArray("tags");
            foreach (var tag in remark.Tags)
                writer.WriteStringValue(tag);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteAxis(Utf8JsonWriter writer, InsightAxis axis, bool whole)
    {
        writer.WriteStartObject();
        writer.WriteString("name", axis.Name);
        writer.WriteBoolean("log", axis.Log);
        writer.WriteBoolean("whole", whole);
        if (axis is { Low: { } low, High: { } high })
        {
            writer.WriteNumber("low", low);
            writer.WriteNumber("high", high);
        }
        else
        {
            writer.WriteStartArray("choices");
            foreach (var choice in axis.Choices)
                writer.WriteStringValue(choice.ToString());
            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }

    private static void WriteColumns(Utf8JsonWriter writer, StudyView view, List<TrialRow> rows)
    {
        Column(writer, "number", rows, row => row.Number);
        writer.WriteStartArray("status");
        foreach (var row in rows)
            writer.WriteStringValue(row.State.ToString());
        writer.WriteEndArray();
        writer.WriteStartArray("values");
        for (var i = 0; i < view.Definition.Objectives.Length; i++)
        {
            var objective = i;
            Column(writer, null, rows, row => row.Values.Length > objective ? row.Values[objective] : null);
        }

        writer.WriteEndArray();
        Column(writer, "steps", rows, row => row.Steps);
        Column(writer, "feasible", rows, row => row.IsFeasible ? 1 : 0);
        Column(writer, "asked", rows, row => row.AskedAt.ToUnixTimeMilliseconds());
        Column(writer, "ended", rows, row => row.EndedAt?.ToUnixTimeMilliseconds());
        writer.WriteStartArray("parameters");
        foreach (var parameter in view.Space.Parameters)
        {
            var axis = InsightAxis.Of(parameter);
            Column(writer, null, rows, row => row.Configuration.TryGet(axis.Name, out var v) ? Code(axis, v) : null);
        }

        writer.WriteEndArray();
    }

    private static double? Code(InsightAxis axis, ParameterValue value)
    {
        if (axis.Low is null)
            return axis.Choices.IndexOf(value) is >= 0 and var i ? i : null;
        return value.Kind is ParameterKind.Float or ParameterKind.Int ? value.AsFloat() : null;
    }

    private static void Column(Utf8JsonWriter writer, string? name, List<TrialRow> rows, Func<TrialRow, double?> cell)
    {
        if (name is null)
            writer.WriteStartArray();
        else
            writer.WriteStartArray(name);
        foreach (var row in rows)
        {
            if (cell(row) is { } number && double.IsFinite(number))
                writer.WriteNumberValue(number);
            else
                writer.WriteNullValue();
        }

        writer.WriteEndArray();
    }
}
