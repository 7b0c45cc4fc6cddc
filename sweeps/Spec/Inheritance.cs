using TuneGraph.Search;

namespace TuneGraph;

/// <summary>Which parameters a fork must take over from its donor for the checkpoint to fit.</summary>
internal static class Inheritance
{
    /// <summary>The sampler with those parameters among the inherited.</summary>
    public static PopulationSampler Complete(
        PopulationSampler sampler,
        MlpTemplate model,
        TrainingTemplate training
    )
    {
        IEnumerable<string?> names =
        [
            .. model.Hidden.IsDefaultOrEmpty ? [] : model.Hidden.Select(width => width.Parameter),
            model.Layers.Parameter,
            model.Width.Parameter,
            model.Activation.Parameter,
            training.Optimizer.Type.Parameter,
        ];
        var inherited = sampler.Options.Inherited.Union(names.OfType<string>());
        return new PopulationSampler(sampler.Options with { Inherited = [.. inherited] }, sampler.Exploration);
    }
}
