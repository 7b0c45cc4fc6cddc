using ILGPU;

namespace TuneGraph.Training;

/// <summary>Values, what is wanted of them, and how many.</summary>
internal struct ActivationArguments
{
    public Numbers Values, Derivatives;
    public float Scale;
    public int Count, WantsDerivative;
}

/// <summary>What <see cref="ActivationKernels{T, V, S}"/> does, on a device.</summary>
internal static class ActivationCode
{
    private const float Density = 0.39894228f;             // 1 / √(2 π)

    public static void Relu(ActivationArguments a)
    {
        var i = Grid.GlobalIndex.X;
        if (i < a.Count && a.Values[i] < 0)
            a.Values[i] = 0;
    }

    public static void Tanh(ActivationArguments a)
    {
        var i = Grid.GlobalIndex.X;
        if (i >= a.Count)
            return;
        var tanh = DeviceMath.Tanh(a.Values[i]);
        a.Values[i] = tanh;
        if (a.WantsDerivative != 0)
            a.Derivatives[i] = 1 - (tanh * tanh);
    }

    public static void Gelu(ActivationArguments a)
    {
        var i = Grid.GlobalIndex.X;
        if (i >= a.Count)
            return;
        var x = a.Values[i];
        var bell = DeviceMath.Exp(-0.5f * x * x);
        var tail = DeviceMath.NormalTail(x, bell);
        var phi = x < 0 ? tail : 1 - tail;
        a.Values[i] = x * phi;
        if (a.WantsDerivative != 0)
            a.Derivatives[i] = (x * bell * Density) + phi;
    }

    public static void Sigmoid(ActivationArguments a)
    {
        var i = Grid.GlobalIndex.X;
        if (i >= a.Count)
            return;
        var sigmoid = DeviceMath.Sigmoid(a.Values[i]);
        a.Values[i] = sigmoid;
        if (a.WantsDerivative != 0)
            a.Derivatives[i] = sigmoid * (1 - sigmoid);
    }

    public static void Silu(ActivationArguments a)
    {
        var i = Grid.GlobalIndex.X;
        if (i >= a.Count)
            return;
        var x = a.Values[i];
        var sigmoid = DeviceMath.Sigmoid(x);
        a.Values[i] = x * sigmoid;
        if (a.WantsDerivative != 0)
            a.Derivatives[i] = sigmoid * ((x * (1 - sigmoid)) + 1);
    }

    /// <summary>
    /// Values become values * scale where the derivatives, here a ReLU's output, are above 0, else 0.
    /// </summary>
    public static void MaskRelu(ActivationArguments a)
    {
        var i = Grid.GlobalIndex.X;
        if (i < a.Count)
            a.Values[i] = a.Derivatives[i] > 0 ? a.Values[i] * a.Scale : 0;
    }
}
