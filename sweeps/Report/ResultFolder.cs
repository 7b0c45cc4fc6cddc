using TuneGraph.Training;

namespace TuneGraph;

/// <summary>
/// What a finished sweep leaves in its output folder: <c>model.safetensors</c>, <c>best.yaml</c>, <c>metrics.json</c>,
/// <c>report.md</c> with <c>history.svg</c> and <c>learning-curves.svg</c>, <c>trials.csv</c>, <c>sweep.yaml</c>; of
/// several objectives also <c>front.csv</c> and <c>front.svg</c>.
/// </summary>
internal static class ResultFolder
{
    public static void Write(
        string folder,
        SweepSummary summary,
        TrainedModel? model,
        IReadOnlyList<KeyValuePair<string, double>> test
    )
    {
        var spec = summary.Spec;
        if (model is not null)
            WriteModel(Path.Combine(folder, "model.safetensors"), model);
        var curves = SweepCharts.LearningCurves(summary);
        AtomicFile.Write(Path.Combine(folder, "history.svg"), SweepCharts.History(summary));
        if (curves is not null)
            AtomicFile.Write(Path.Combine(folder, "learning-curves.svg"), curves);
        if (spec.Source.Length > 0)
            AtomicFile.Write(Path.Combine(folder, "sweep.yaml"), spec.Source);
        string[] metrics = [.. spec.Objectives.Select(objective => objective.Metric)];
        AtomicFile.Write(Path.Combine(folder, "best.yaml"), BestYaml.Write(spec.Name, summary.Best, metrics));
        AtomicFile.Write(Path.Combine(folder, "trials.csv"), TrialsCsv.Write(summary.Trials, metrics));
        if (metrics.Length > 1)
        {
            AtomicFile.Write(Path.Combine(folder, "front.csv"), TrialsCsv.Write(summary.Front, metrics));
            AtomicFile.Write(Path.Combine(folder, "front.svg"), FrontChart.Draw(summary));
        }

        AtomicFile.Write(Path.Combine(folder, "metrics.json"), MetricsJson.Write(summary, test));
        AtomicFile.Write(Path.Combine(folder, "report.md"), MarkdownReport.Write(summary, test, curves is not null));
    }

    private static void WriteModel(string path, TrainedModel model)
    {
        var unfinished = path + ".unfinished";
        model.Save(unfinished);
        File.Move(unfinished, path, overwrite: true);
    }
}
