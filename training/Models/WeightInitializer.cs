using System.Numerics;

namespace TuneGraph.Training;

/// <summary>The first weights of a model, a function of seed, layer and position only.</summary>
internal static class WeightInitializer
{
    /// <summary>Fills an arena; biases become 0. The distributions stand in <see cref="MlpSpec"/>.</summary>
    public static void Fill<T>(Span<T> arena, MlpLayout layout, ulong seed)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        arena.Clear();
        for (var l = 0; l < layout.Layers.Length; l++)
        {
            var layer = layout.Layers[l];
            var isLast = l == layout.Layers.Length - 1;
            var glorot = isLast || layout.Model.Activation == Activation.Tanh;
            var limit = Math.Sqrt(6.0 / (layer.Inputs + (glorot ? layer.Outputs : 0)));
            var stream = RandomStream.Weights(seed, l);
            var weights = new T[layer.Inputs * layer.Outputs];
            for (var i = 0; i < weights.Length; i++)
                weights[i] = T.CreateTruncating(((2 * stream.Uniform((ulong)i)) - 1) * limit);
            MlpLayout.SetWeights(arena, layer, weights);
        }
    }
}
