using TuneGraph.Training;

namespace TuneGraph;

/// <summary>
/// The keys under <c>model</c>, and with that the ranges within which a model's settings may be searched.
/// </summary>
internal static class ModelShape
{
    private const int MostLayers = 64;

    public static Reader<MlpTemplate> Model => new TypedReader<MlpTemplate>(("mlp", Mlp));

    private static ScalarReader<int> Width => Scalars.Whole(1, MlpSpec.MaxWidth);

    private static ScalarReader<Activation> Activation => Scalars.OneOf(
        ("relu", Training.Activation.Relu),
        ("tanh", Training.Activation.Tanh),
        ("gelu", Training.Activation.Gelu));

    private static MlpTemplate Mlp(Fields fields)
    {
        var plain = new MlpTemplate();
        if (fields.Has("hidden") && (fields.Has("layers") || fields.Has("width")))
            fields.Fail("hidden", DiagnosticCode.KeysExclude,
                $"{fields.Name} has 'hidden' and '{(fields.Has("layers") ? "layers" : "width")}'; " +
                "give either the width of each layer in 'hidden', or 'layers' and 'width'");
        return new MlpTemplate
        {
            Hidden = fields.Optional("hidden", new ListReader<Knob<int>>(Width.OrParameter(), 1, MostLayers, 1), []),
            Layers = fields.Optional("layers", Scalars.Whole(0, MostLayers).OrParameter(), plain.Layers),
            Width = fields.Optional("width", Width.OrParameter(), plain.Width),
            Activation = fields.Optional("activation", Activation.OrParameter(), plain.Activation),
            Dropout = fields.Optional("dropout", Scalars.Number(Interval.Fraction).OrParameter(), plain.Dropout),
        };
    }
}
