namespace TuneGraph.Training;

/// <summary>The state after the last epoch that was run; the same on every rank, bit for bit.</summary>
/// <param name="Epochs">Finished epochs over all segments.</param>
/// <param name="Stopped">Whether the verdict <see cref="EpochVerdict.Stop"/> ended the training.</param>
/// <param name="Checkpoint">Everything needed to go on.</param>
/// <param name="Model">The trained model.</param>
public sealed record TrainingResult(int Epochs, bool Stopped, Checkpoint Checkpoint, TrainedModel Model);
