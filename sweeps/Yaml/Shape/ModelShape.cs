using TuneGraph.Training;

namespace TuneGraph;

/// <summary>
/// The keys under <c>model</c>, and with that the ranges within which a model's settings may be searched.
/// </summary>
internal static class ModelShape
{
    private const int MostLayers = 64;
    private const int MostFactors = 1024;
    private const int MostHeads = 256;
    private const int MostTokens = 1 << 24;
    private const int MostKernel = 64;

    public static Reader<ModelTemplate> Model => new TypedReader<ModelTemplate>(
        ("mlp", Mlp),
        ("cnn", Cnn),
        ("linear", _ => new LinearTemplate()),
        ("logistic", _ => new LogisticTemplate()),
        ("factorization", Factorization),
        ("transformer", Transformer),
        ("kmeans", fields => new CentroidsTemplate
        {
            Clusters = fields.Optional("clusters", Width.OrParameter(), new CentroidsTemplate().Clusters),
        }),
        ("layers", fields => new LayersTemplate(fields.Required("layers", LayerShape.Layers, []))));

    public static ScalarReader<int> Width => Scalars.Whole(1, LayerSpec.MaxWidth);

    public static ScalarReader<Activation> Activation => Scalars.OneOf(
        ("relu", Training.Activation.Relu),
        ("tanh", Training.Activation.Tanh),
        ("gelu", Training.Activation.Gelu),
        ("sigmoid", Training.Activation.Sigmoid),
        ("silu", Training.Activation.Silu));

    public static ScalarReader<PoolingKind> Pooling => Scalars.OneOf(
        ("max", PoolingKind.Max), ("average", PoolingKind.Average));

    private static MlpTemplate Mlp(Fields fields)
    {
        var plain = new MlpTemplate();
        if (fields.Has("hidden") && (fields.Has("layers") || fields.Has("width")))
            fields.Fail("hidden", DiagnosticCode.KeysExclude,
                $"{fields.Name} has 'hidden' and '{(fields.Has("layers") ? "layers" : "width")}'; " +
                "give either the width of each layer in 'hidden', or 'layers' and 'width'");
        return new MlpTemplate
        {
            Hidden = fields.Optional("hidden", new ListReader<Knob<int>>(Width.OrLeftOut(), 1, MostLayers, 0), []),
            Layers = fields.Optional("layers", Scalars.Whole(0, MostLayers).OrParameter(), plain.Layers),
            Width = fields.Optional("width", Width.OrParameter(), plain.Width),
            Activation = fields.Optional("activation", Activation.OrParameter(), plain.Activation),
            Dropout = fields.Optional("dropout", Scalars.Number(Interval.Fraction).OrParameter(), plain.Dropout),
        };
    }

    private static CnnTemplate Cnn(Fields fields)
    {
        var plain = new CnnTemplate { Height = 1, Width = 1 };
        var (channels, height, width) = fields.Required("image", Image, (1, 1, 1));
        return new CnnTemplate
        {
            Channels = channels,
            Height = height,
            Width = width,
            Filters = fields.Optional(
                "filters", new ListReader<Knob<int>>(Width.OrLeftOut(), 1, 32, 0), plain.Filters),
            Kernel = fields.Optional("kernel", Scalars.Whole(1, MostKernel).OrParameter(), plain.Kernel),
            Pool = fields.Optional("pool", Scalars.Whole(1, MostKernel).OrParameter(), plain.Pool),
            Pooling = fields.Optional("pooling", Pooling.OrParameter(), plain.Pooling),
            BatchNorm = fields.Optional("batchNorm", Scalars.Flag.OrParameter(), plain.BatchNorm),
            Hidden = fields.Optional("hidden", new ListReader<Knob<int>>(Width.OrLeftOut(), 0, MostLayers, 0), []),
            Activation = fields.Optional("activation", Activation.OrParameter(), plain.Activation),
            Dropout = fields.Optional("dropout", Scalars.Number(Interval.Fraction).OrParameter(), plain.Dropout),
        };
    }

    /// <summary>Channels, height and width.</summary>
    public static Reader<(int, int, int)> Image => new MappingReader<(int, int, int)>(fields => (
        fields.Optional("channels", Width, 1),
        fields.Required("height", Width, 1),
        fields.Required("width", Width, 1)));

    private static FactorizationTemplate Factorization(Fields fields) => new()
    {
        Factors = fields.Optional(
            "factors", Scalars.Whole(1, MostFactors).OrParameter(), new FactorizationTemplate().Factors),
    };

    private static TransformerTemplate Transformer(Fields fields)
    {
        var plain = new TransformerTemplate();
        return new TransformerTemplate
        {
            Vocabulary = fields.Optional("vocabulary", Scalars.Whole(0, MostTokens), plain.Vocabulary),
            HeadWidth = fields.Optional("headWidth", Scalars.Whole(1, MostHeads).OrParameter(), plain.HeadWidth),
            Heads = fields.Optional("heads", Scalars.Whole(1, MostHeads).OrParameter(), plain.Heads),
            Depth = fields.Optional("depth", Scalars.Whole(1, MostLayers).OrParameter(), plain.Depth),
            FeedForward = fields.Optional("feedForward", Width.OrParameter(), plain.FeedForward),
            Causal = fields.Optional("causal", Scalars.Flag, plain.Causal),
            Dropout = fields.Optional("dropout", Scalars.Number(Interval.Fraction).OrParameter(), plain.Dropout),
        };
    }
}
