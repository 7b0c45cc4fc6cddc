using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace TuneGraph.Training;

/// <summary>A kind of model and its settings; the layers follow from it and from the data.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(MlpSpec), "mlp")]
[JsonDerivedType(typeof(LinearModelSpec), "linear")]
[JsonDerivedType(typeof(LogisticSpec), "logistic")]
[JsonDerivedType(typeof(CnnSpec), "cnn")]
[JsonDerivedType(typeof(FactorizationSpec), "factorization")]
[JsonDerivedType(typeof(TransformerSpec), "transformer")]
[JsonDerivedType(typeof(LayeredSpec), "layers")]
[JsonDerivedType(typeof(CentroidsSpec), "kmeans")]
public abstract record ModelSpec
{
    private protected ModelSpec()
    {
    }

    /// <summary>The task that the model is meant for; null for either.</summary>
    internal virtual LearningTask? Task => null;

    /// <summary>The layers for data of a given width.</summary>
    /// <param name="features">Features of a row, at least 1.</param>
    /// <param name="outputs">Outputs, at least 1: one per class, or 1.</param>
    /// <exception cref="ArgumentException">The settings do not fit the data.</exception>
    public abstract ImmutableArray<LayerSpec> Layers(int features, int outputs);

    /// <summary>All settings as JSON on one line: equal texts mean equal models.</summary>
    public string ToJson() => ModelJson.Write(this);

    /// <summary>What must be equal for parameters to fit: "8-20-3 Gelu" for a perceptron, else the layers.</summary>
    internal virtual string Describe(int features, int outputs) =>
        $"{features} -> {LayerText.Of(Layers(features, outputs))}";
}
