using System.Text.Json;

namespace TuneGraph.Cli;

/// <summary>Writes what happens as JSON Lines: each line an object with an <c>event</c>.</summary>
internal sealed class JsonProgress(TextWriter output) : IProgress<SweepEvent>
{
    public void Report(SweepEvent value) => JsonText.Write(output, indented: false, json =>
    {
        json.WriteNumber("schemaVersion", 1);
        switch (value)
        {
            case SweepStarted started:
                json.WriteString("event", "started");
                json.WriteString("study", started.Spec.Name);
                json.WriteNumber("budget", started.Spec.Budget.Trials);
                json.WriteNumber("parallel", started.Parallel);
                json.WriteNumber("known", started.Known);
                break;
            case TrialStarted started:
                json.WriteString("event", "trial-started");
                JsonText.WriteTrial(json, started.Trial);
                break;
            case TrialStepped stepped:
                WriteStep(json, stepped);
                break;
            case TrialVerified verified:
                WriteVerification(json, verified);
                break;
            case TrialEnded ended:
                json.WriteString("event", "trial-ended");
                JsonText.WriteTrial(json, ended.Trial);
                json.WriteBoolean("best", ended.IsBest);
                break;
            case StageStarted stage:
                json.WriteString("event", "stage");
                json.WriteString("stage", stage.Kind);
                break;
            case SweepEnded ended:
                WriteResult(json, ended.Result);
                break;
            default:
                throw new System.Diagnostics.UnreachableException($"Unhandled event {value.GetType().Name}.");
        }
    });

    private static void WriteStep(Utf8JsonWriter json, TrialStepped stepped)
    {
        json.WriteString("event", "step");
        json.WriteNumber("trial", stepped.Trial.Number);
        json.WriteNumber("step", stepped.Step);
        json.WriteNumber("value", stepped.Value);
        foreach (var name in StepMetrics.Names)
        {
            if (stepped.Metrics?[name] is { } metric && double.IsFinite(metric))
                json.WriteNumber(name, metric);
        }
    }

    private static void WriteVerification(Utf8JsonWriter json, TrialVerified verified)
    {
        var report = verified.Report;
        json.WriteString("event", "verified");
        json.WriteNumber("trial", verified.Trial);
        json.WriteNumber("steps", report.Steps);
        json.WriteString("oracle", report.Oracle);
        json.WriteBoolean("agrees", report.Agrees);
        if (report.Difference is { } difference && double.IsFinite(difference))
            json.WriteNumber("difference", difference);
        if (report.FirstOff is { } tensor)
            json.WriteString("firstOff", tensor);
        json.WriteNumber("bytes", report.Bytes);
        if (report.BytesByFormula is { } formula)
            json.WriteNumber("bytesByFormula", formula);
    }

    private static void WriteResult(Utf8JsonWriter json, SweepResult result)
    {
        json.WriteString("event", "ended");
        json.WriteString("outcome", result.Outcome.ToString().ToLowerInvariant());
        if (result.Reason is { } reason)
            json.WriteString("reason", reason);
        json.WriteNumber("trials", result.Trials.Length);
        if (result.Best is { } best)
        {
            json.WriteStartObject("best");
            JsonText.WriteTrial(json, best);
            json.WriteEndObject();
        }

        json.WriteStartObject("test");
        foreach (var (name, value) in result.Test)
            json.WriteNumber(name, value);
        json.WriteEndObject();
        if (result.OutputFolder is { } folder)
            json.WriteString("folder", folder);
    }
}
