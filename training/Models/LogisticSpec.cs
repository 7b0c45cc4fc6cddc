using System.Collections.Immutable;

namespace TuneGraph.Training;

/// <summary>
/// Logistic regression: one weight a feature and a bias per class (multinomial), or for one logit with the loss <see
/// cref="LossKind.BinaryCrossEntropy"/>. For classes.
/// </summary>
public sealed record LogisticSpec : ModelSpec
{
    internal override LearningTask? Task => LearningTask.Classification;

    /// <inheritdoc/>
    public override ImmutableArray<LayerSpec> Layers(int features, int outputs) => [new LinearSpec { Units = outputs }];
}
