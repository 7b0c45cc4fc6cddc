using TuneGraph.Search;

namespace TuneGraph;

/// <summary>Which parameters a fork must take over from its donor for the checkpoint to fit.</summary>
internal static class Inheritance
{
    /// <summary>The sampler with those parameters among the inherited.</summary>
    public static PopulationSampler Complete(
        PopulationSampler sampler,
        ModelTemplate model,
        TrainingTemplate training
    )
    {
        IEnumerable<string?> names =
        [
            .. model is MlpTemplate mlp ? mlp.References.Except([mlp.Dropout.Parameter]) : model.References,
            training.Optimizer.Type.Parameter,
        ];
        var inherited = sampler.Options.Inherited.Union(names.OfType<string>());
        return new PopulationSampler(sampler.Options with { Inherited = [.. inherited] }, sampler.Exploration);
    }
}
