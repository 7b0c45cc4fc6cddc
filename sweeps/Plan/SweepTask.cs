using TuneGraph.Search;
using TuneGraph.Training;

namespace TuneGraph;

/// <summary>What a task of a sweep's graph does when it is started.</summary>
internal abstract record SweepTask(string Kind, int? Trial);

/// <summary>Reads the table, splits and standardises it.</summary>
internal sealed record LoadData(DataSpec Data) : SweepTask("data", null);

/// <summary>Trains one trial from one step to a later one: a link of the trial's chain.</summary>
internal sealed record TrainSegment(
    int Number,
    string Key,
    TrainingSpec Spec,
    SegmentRange Range,
    string? Previous,
    bool IsFork,
    Configuration Configuration
) : SweepTask("train", Number)
{
    /// <summary>How it is computed.</summary>
    public SegmentShape Shape { get; init; } = new(Ranks: 1, Passes: 1);
}

/// <summary>Calls the user's function once.</summary>
internal sealed record CallFunction(int Number) : SweepTask("function", Number);

/// <summary>
/// Makes the final model: the best trial's, restored from its last checkpoint, or, if the sweep asks for it, the best
/// configuration
/// trained anew on train and validation data together.
/// </summary>
internal sealed record TrainFinal(TrainingSpec Spec, int Epochs, StoredCheckpoint? Restore) : SweepTask("final", null);

/// <summary>Measures the final model on the test split.</summary>
internal sealed record EvaluateFinal() : SweepTask("evaluate", null);

/// <summary>Writes everything the user keeps to the output folder.</summary>
internal sealed record ExportResults(SweepSummary Summary, StoredCheckpoint? Best) : SweepTask("export", null);

/// <summary>Steps of a segment.</summary>
/// <param name="From">Finished steps before it.</param>
/// <param name="To">Finished steps after it.</param>
internal readonly record struct SegmentRange(int From, int To)
{
    public override string ToString() => $"[{From},{To})";
}
