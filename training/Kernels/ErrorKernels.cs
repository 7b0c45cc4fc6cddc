using System.Numerics;
using System.Runtime.CompilerServices;

namespace TuneGraph.Training;

/// <summary>
/// Losses of models with one output: each adds up the rows' losses and replaces the output by its gradient times a
/// scale. Outputs are [rows, stride].
/// </summary>
internal static unsafe class ErrorKernels<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>(output - target)².</summary>
    public static double Squared(T* outputs, int rows, int stride, float* targets, T scale)
    {
        var loss = 0.0;
        for (var row = 0; row < rows; row++, outputs += stride)
        {
            var difference = outputs[0] - T.CreateTruncating(targets[row]);
            loss += double.CreateTruncating(difference) * double.CreateTruncating(difference);
            outputs[0] = (difference + difference) * scale;
        }
        return loss;
    }

    /// <summary>|output - target|; its gradient at 0 is 0.</summary>
    public static double Absolute(T* outputs, int rows, int stride, float* targets, T scale)
    {
        var loss = 0.0;
        for (var row = 0; row < rows; row++, outputs += stride)
        {
            var difference = outputs[0] - T.CreateTruncating(targets[row]);
            loss += double.CreateTruncating(T.Abs(difference));
            outputs[0] = difference > T.Zero ? scale : difference < T.Zero ? -scale : difference * scale;
        }
        return loss;
    }

    /// <summary>½ d² up to |d| = δ, δ (|d| - ½ δ) beyond: Huber 1964, with d = output - target.</summary>
    public static double Huber(T* outputs, int rows, int stride, float* targets, T delta, T scale)
    {
        var loss = 0.0;
        var border = double.CreateTruncating(delta);
        for (var row = 0; row < rows; row++, outputs += stride)
        {
            var difference = outputs[0] - T.CreateTruncating(targets[row]);
            var size = Math.Abs(double.CreateTruncating(difference));
            loss += size <= border ? 0.5 * size * size : border * (size - (0.5 * border));
            outputs[0] = T.Clamp(difference, -delta, delta) * scale;
        }
        return loss;
    }

    /// <summary>-ln of the probability (logistic function of the logit) of the right one of two classes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static (double Loss, int Correct) BinaryCrossEntropy(
        T* logits, int rows, int stride, int* labels, T scale)
    {
        var loss = 0.0;
        var correct = 0;
        for (var row = 0; row < rows; row++, logits += stride)
        {
            var z = double.CreateTruncating(logits[0]);
            loss += Math.Max(z, 0) - (z * labels[row]) + Math.Log(1 + Math.Exp(-Math.Abs(z)));
            if (z > 0 == (labels[row] == 1))
                correct++;
            logits[0] = T.CreateTruncating((1 / (1 + Math.Exp(-z))) - labels[row]) * scale;
        }
        return (loss, correct);
    }
}
