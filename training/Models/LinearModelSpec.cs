using System.Collections.Immutable;

namespace TuneGraph.Training;

/// <summary>Linear regression: one weight a feature and a bias. For numbers.</summary>
public sealed record LinearModelSpec : ModelSpec
{
    internal override LearningTask? Task => LearningTask.Regression;

    /// <inheritdoc/>
    public override ImmutableArray<LayerSpec> Layers(int features, int outputs) => [new LinearSpec { Units = outputs }];
}
