using TuneGraph.Training;

namespace TuneGraph.Tests.Training;

/// <summary>The weights of the model in a checkpoint, in one row, to be compared with those of another run.</summary>
internal static class ModelWeights
{
    public static double[] Of<T>(byte[] checkpoint)
        where T : unmanaged =>
    [
        .. SafeTensors.Read(checkpoint).Tensors
            .Where(tensor => tensor.Name.StartsWith("layers.", StringComparison.Ordinal))
            .SelectMany(tensor => tensor.Values<T>().ToArray().Select(value => Convert.ToDouble(value))),
    ];

    /// <summary>‖a - b‖ / ‖a‖, of weights that are not all zero.</summary>
    public static double Difference(double[] a, double[] b)
    {
        Assert.Equal(a.Length, b.Length);
        Assert.Contains(a, value => value != 0);
        return Math.Sqrt(a.Zip(b, (x, y) => (x - y) * (x - y)).Sum() / a.Sum(x => x * x));
    }

    /// <summary>‖a - b‖ / ‖a‖ of the models in two checkpoints.</summary>
    public static double Difference<T>(byte[] first, byte[] second)
        where T : unmanaged => Difference(Of<T>(first), Of<T>(second));
}
