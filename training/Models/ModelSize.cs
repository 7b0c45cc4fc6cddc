namespace TuneGraph.Training;

/// <summary>How large a model is, without making one.</summary>
public static class ModelSize
{
    /// <summary>Numbers that a model learns, with what alignment adds: what its ranks exchange once a step.</summary>
    /// <param name="spec">The training.</param>
    /// <param name="schema">The data that it trains on.</param>
    /// <exception cref="ArgumentException">The layers do not fit together, or not the data.</exception>
    public static long Parameters(TrainingSpec spec, DataSchema schema)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(schema);
        var shape = NetworkShape.Of(spec.Model, schema, spec.Loss, spec.HuberDelta);
        var plan = new ArenaPlan(Panels<float>.Width, false, 0);
        _ = SequentialLayer<float>.Of(shape.Layers, new LayerPlace(
            plan, "layers", TensorShape.Vector(shape.Features), null, WantsInputGradient: false,
            MayOverwriteInput: true));
        return plan.Length;
    }
}
