using System.Collections.Immutable;
using TuneGraph.Training;

namespace TuneGraph;

/// <summary>The layers of a model that is given as a list.</summary>
internal static class LayerShape
{
    private const int MostLayers = 256;
    private const int MostEntries = 1 << 24;
    private const int MostWindow = 64;
    private const int MostHeads = 256;
    private const int MostFactors = 1024;

    public static Reader<ImmutableArray<LayerTemplate>> Layers => new ListReader<LayerTemplate>(
        Layer, 1, MostLayers, LayerTemplate.Fixed(new FlattenSpec()));

    private static ScalarReader<int> Window => Scalars.Whole(1, MostWindow);

    private static ScalarReader<double> Positive => Scalars.Number(Interval.Above(0));

    private static Reader<LayerTemplate> Layer => new TypedReader<LayerTemplate>(
        ("linear", fields => LayerTemplate.Linear(Units(fields))),
        ("activation", fields => LayerTemplate.Activation(
            fields.Required("function", ModelShape.Activation.OrParameter(), Activation.Relu))),
        ("relu", _ => LayerTemplate.Activation(Activation.Relu)),
        ("tanh", _ => LayerTemplate.Activation(Activation.Tanh)),
        ("gelu", _ => LayerTemplate.Activation(Activation.Gelu)),
        ("sigmoid", _ => LayerTemplate.Activation(Activation.Sigmoid)),
        ("silu", _ => LayerTemplate.Activation(Activation.Silu)),
        ("dropout", fields => LayerTemplate.Dropout(
            fields.Required("probability", Scalars.Number(Interval.Fraction).OrParameter(), 0.0))),
        ("image", Image),
        ("convolution", Convolution),
        ("pooling", fields => LayerTemplate.Pooling(
            fields.Optional("kind", ModelShape.Pooling.OrParameter(), PoolingKind.Max),
            fields.Optional("size", Window.OrParameter(), 2),
            fields.Optional("stride", Scalars.Whole(0, MostWindow).OrParameter(), 0))),
        ("batchNorm", fields => LayerTemplate.BatchNorm(
            fields.Optional("momentum", Scalars.Number(new Interval(0, 1, LowOpen: true)).OrParameter(), 0.1),
            fields.Optional("epsilon", Positive.OrParameter(), 1e-5))),
        ("layerNorm", fields => LayerTemplate.LayerNorm(fields.Optional("epsilon", Positive.OrParameter(), 1e-5))),
        ("flatten", _ => LayerTemplate.Fixed(new FlattenSpec())),
        ("embedding", fields => LayerTemplate.Embedding(
            fields.Required("count", Scalars.Whole(1, MostEntries).OrParameter(), 0),
            fields.Required("width", ModelShape.Width.OrParameter(), 0))),
        ("featureTokens", fields => LayerTemplate.FeatureTokens(
            fields.Required("width", ModelShape.Width.OrParameter(), 0))),
        ("position", _ => LayerTemplate.Fixed(new PositionSpec())),
        ("attention", fields => LayerTemplate.Attention(
            fields.Optional("heads", Scalars.Whole(1, MostHeads).OrParameter(), 1),
            fields.Optional("causal", Scalars.Flag.OrParameter(), false))),
        ("tokenMean", _ => LayerTemplate.Fixed(new TokenMeanSpec())),
        ("factorization", fields => LayerTemplate.Factorization(
            Units(fields), fields.Optional("factors", Scalars.Whole(1, MostFactors).OrParameter(), 8))),
        ("residual", fields => LayerTemplate.Residual(fields.Required("layers", Layers, []))),
        ("sequential", fields => LayerTemplate.Sequential(fields.Required("layers", Layers, []))));

    private static Knob<int> Units(Fields fields) =>
        fields.Required("units", ModelShape.Width.OrParameter(), 0);

    private static LayerTemplate Convolution(Fields fields) => LayerTemplate.Convolution(
        fields.Required("channels", ModelShape.Width.OrParameter(), 0),
        fields.Required("kernel", Window.OrParameter(), 0),
        fields.Optional("stride", Window.OrParameter(), 1),
        fields.Optional("padding", Scalars.Whole(0, MostWindow - 1).OrParameter(), 0));

    private static LayerTemplate Image(Fields fields) => LayerTemplate.Fixed(new ImageSpec
    {
        Channels = fields.Optional("channels", ModelShape.Width, 1),
        Height = fields.Required("height", ModelShape.Width, 1),
        Width = fields.Required("width", ModelShape.Width, 1),
    });
}
