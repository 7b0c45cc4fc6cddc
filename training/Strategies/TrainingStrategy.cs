using System.Text.Json.Serialization;

namespace TuneGraph.Training;

/// <summary>
/// How the ranks of a training work together, where that is not synchronous data-parallel gradient descent.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "strategy")]
[JsonDerivedType(typeof(AutoStrategy), "auto")]
[JsonDerivedType(typeof(KMeansStrategy), "kmeans")]
[JsonDerivedType(typeof(CocoaStrategy), "cocoa")]
[JsonDerivedType(typeof(ModelAverageStrategy), "model-average")]
[JsonDerivedType(typeof(FederatedStrategy), "federated")]
[JsonDerivedType(typeof(ParameterServerStrategy), "parameter-server")]
[JsonDerivedType(typeof(PipelineStrategy), "pipeline")]
[JsonDerivedType(typeof(TensorStrategy), "tensor")]
[JsonDerivedType(typeof(MixedStrategy), "mixed")]
public abstract record TrainingStrategy
{
    private protected TrainingStrategy()
    {
    }

    /// <summary>All settings as JSON on one line: equal texts mean equal strategies.</summary>
    public string ToJson() => StrategyJson.Write(this);

    /// <summary>Why this strategy cannot train a model with a loss on given data; null when it can.</summary>
    internal abstract string? WhyNot(TrainingSpec spec, DataSchema schema);

    private protected static int AtLeast(string name, int value, int least) => value >= least
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"It must be at least {least}.");

    private protected static double NotNegative(string name, double value) => value >= 0 && double.IsFinite(value)
        ? value
        : throw new ArgumentOutOfRangeException(name, value, "It must be finite and at least 0.");

    private protected static double Positive(string name, double value) => value > 0 && double.IsFinite(value)
        ? value
        : throw new ArgumentOutOfRangeException(name, value, "It must be finite and above 0.");

    private protected static double Share(string name, double value) => value is > 0 and <= 1
        ? value
        : throw new ArgumentOutOfRangeException(name, value, "It must lie in (0, 1].");

    private protected static double Fraction(string name, double value) => value is >= 0 and < 1
        ? value
        : throw new ArgumentOutOfRangeException(name, value, "It must lie in [0, 1).");

    private protected static T Known<T>(string name, T value)
        where T : struct, Enum => Enum.IsDefined(value)
        ? value
        : throw new ArgumentOutOfRangeException(name, value, $"A member of {typeof(T).Name} is needed.");
}
