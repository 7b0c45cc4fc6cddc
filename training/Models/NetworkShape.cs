using System.Collections.Immutable;

namespace TuneGraph.Training;

/// <summary>A model as it stands before given data: its layers, what goes in, what comes out, and its loss.</summary>
/// <param name="Layers">The layers.</param>
/// <param name="Features">Features of a row.</param>
/// <param name="Outputs">Values that the last layer gives.</param>
/// <param name="Loss">The loss, never <see cref="LossKind.Auto"/>.</param>
/// <param name="HuberDelta">Where Huber's loss goes from squares to lines.</param>
internal sealed record NetworkShape(
    ImmutableArray<LayerSpec> Layers, int Features, int Outputs, LossKind Loss, double HuberDelta = 1)
{
    /// <exception cref="ArgumentException">The model does not fit the data.</exception>
    public static NetworkShape Of(ModelSpec model, DataSchema schema, LossKind loss, double huberDelta = 1)
    {
        var outputs = LossFunction<float>.Outputs(loss, schema);
        return new NetworkShape(
            model.Layers(schema.Features, outputs), schema.Features, outputs, loss, huberDelta);
    }

    /// <exception cref="ArgumentException">The last layer gives something else than data and loss need.</exception>
    public void Check(TensorShape output)
    {
        if (output != TensorShape.Vector(Outputs))
        {
            throw new ArgumentException($"The layers give {output}, but data and loss ({Loss}) need "
                + $"a vector of {Outputs}. End with a linear layer of {Outputs} units.");
        }
    }
}
