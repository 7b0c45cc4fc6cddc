using System.Collections.Immutable;

namespace TuneGraph;

/// <summary>What a worker tells the process that runs a trial's ranks: one member is set.</summary>
/// <param name="Run">Train this.</param>
/// <param name="GoOn">The verdict on the step that was told last.</param>
/// <param name="Stop">End between two steps, without a checkpoint.</param>
/// <param name="HandBack">End after the next step, with a checkpoint: the worker has to leave.</param>
/// <param name="Rehearse">Go through an order of its own, so that the first one finds everything compiled.</param>
internal sealed record RankCommand(
    RankTask? Run = null, bool? GoOn = null, bool? Stop = null, bool? HandBack = null, bool? Rehearse = null);

/// <summary>An order with its files at hand.</summary>
/// <param name="Order">The order.</param>
/// <param name="DataPath">The data file.</param>
/// <param name="CheckpointPath">The checkpoint to go on from; null for none.</param>
/// <param name="Scratch">Folder for checkpoints on their way.</param>
/// <param name="Address">Where its ranks listen for those on other workers.</param>
internal sealed record RankTask(
    TrainingOrder Order, string DataPath, string? CheckpointPath, string Scratch, string Address);

/// <summary>What that process answers: one member is set, or none, which means that it lives.</summary>
/// <param name="Step">A step; it waits for the verdict.</param>
/// <param name="CheckpointPath">With a step whose checkpoint is due: the file.</param>
/// <param name="Meeting">Where the ranks of its gang meet.</param>
/// <param name="End">How the order ended.</param>
/// <param name="Printed">What its ranks printed.</param>
internal sealed record RankWord(
    StepWord? Step = null, string? CheckpointPath = null, GangMeeting? Meeting = null, EndWord? End = null,
    ImmutableArray<PrintedLine>? Printed = null)
{
    /// <summary>Begins each line of these words, which tells them from lines that a library prints.</summary>
    public const string Mark = "tunegraph: ";
}
