using System.Numerics;
using System.Runtime.CompilerServices;

namespace TuneGraph.Training;

/// <summary>Layer normalisation, one row at a time: Ba, Kiros, Hinton 2016, arXiv:1607.06450.</summary>
internal static unsafe class NormKernels<T, V, S>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : struct
    where S : struct, ILanes<T, V>
{
    /// <summary>
    /// y = (x - mean) / √(variance + ε) ⊙ γ + β over the first <paramref name="width"/> elements of each row; keeps
    /// mean and 1 / √(variance + ε) per row in <paramref name="moments"/> [rows, 2].
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Forward(
        T* x, int rows, int width, int stride, T* gamma, T* beta, double epsilon, T* y, T* moments)
    {
        var share = T.One / T.CreateTruncating(width);
        for (var row = 0; row < rows; row++, x += stride, y += stride, moments += 2)
        {
            var mean = Sum(x, width) * share;
            var variance = SumOfSquares(x, width, mean) * share;
            var inverse = T.One / T.Sqrt(variance + T.CreateTruncating(epsilon));
            moments[0] = mean;
            moments[1] = inverse;
            V center = S.Broadcast(mean), scale = S.Broadcast(inverse);
            for (var i = 0; i < stride; i += S.Count)
            {
                var normal = S.Multiply(S.Subtract(S.Load(x + i), center), scale);
                S.Store(S.FusedMultiplyAdd(normal, S.Load(gamma + i), S.Load(beta + i)), y + i);
            }
        }
    }

    /// <summary>
    /// Turns the gradient by y into the gradient by x, in place; <see cref="ParameterGradients"/> must have seen it.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Backward(T* gradient, T* x, int rows, int width, int stride, T* gamma, T* moments)
    {
        var share = T.One / T.CreateTruncating(width);
        for (var row = 0; row < rows; row++, x += stride, gradient += stride, moments += 2)
        {
            T mean = moments[0], inverse = moments[1], sum = T.Zero, product = T.Zero;
            for (var i = 0; i < width; i++)
            {
                var normal = (x[i] - mean) * inverse;
                gradient[i] *= gamma[i];
                sum += gradient[i];
                product += gradient[i] * normal;
            }
            sum *= share;
            product *= share;
            for (var i = 0; i < width; i++)
                gradient[i] = inverse * (gradient[i] - sum - ((x[i] - mean) * inverse * product));
        }
    }

    /// <summary>
    /// Sums the gradients of γ and β over the rows, for a range of columns in whole registers; those that fill up the
    /// rows become 0.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ParameterGradients(
        T* gradient, T* x, int rows, int width, int stride, T* moments, T* gammaGradient, T* betaGradient, int from,
        int end)
    {
        for (var i = from; i < end; i += S.Count)
        {
            V gamma = default, beta = default;
            for (var row = 0; row < rows; row++)
            {
                var at = ((nint)row * stride) + i;
                V center = S.Broadcast(moments[2 * row]), scale = S.Broadcast(moments[(2 * row) + 1]);
                var own = S.Load(gradient + at);
                gamma = S.Add(gamma, S.Multiply(own, S.Multiply(S.Subtract(S.Load(x + at), center), scale)));
                beta = S.Add(beta, own);
            }
            S.Store(gamma, gammaGradient + i);
            S.Store(beta, betaGradient + i);
        }
        for (var i = int.Max(from, width); i < end; i++)
            (gammaGradient[i], betaGradient[i]) = (T.Zero, T.Zero);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static T Sum(T* x, int width)
    {
        V sums = default;
        var i = 0;
        for (; i <= width - S.Count; i += S.Count)
            sums = S.Add(sums, S.Load(x + i));
        var sum = S.Sum(sums);
        for (; i < width; i++)
            sum += x[i];
        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static T SumOfSquares(T* x, int width, T mean)
    {
        V sums = default, center = S.Broadcast(mean);
        var i = 0;
        for (; i <= width - S.Count; i += S.Count)
        {
            var difference = S.Subtract(S.Load(x + i), center);
            sums = S.FusedMultiplyAdd(difference, difference, sums);
        }
        var sum = S.Sum(sums);
        for (; i < width; i++)
            sum += (x[i] - mean) * (x[i] - mean);
        return sum;
    }
}
