using System.Numerics;
using System.Runtime.CompilerServices;

namespace TuneGraph.Training;

/// <summary>Activations in place, their derivatives beside them. Counts are multiples of the panel width.</summary>
internal static unsafe class ActivationKernels<T, V, S>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : struct
    where S : struct, ILanes<T, V>
{
    /// <summary>z becomes tanh(z); derivative, unless null, becomes 1 - tanh²(z).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Tanh(T* z, T* derivative, nint count)
    {
        V one = S.Broadcast(T.One), two = S.Broadcast(T.CreateTruncating(2)), border = Constant(0.625);
        for (nint i = 0; i < count; i += S.Count)
        {
            var x = S.Load(z + i);
            var magnitude = S.Abs(x);
            // Far from 0: 1 - 2 / (exp(2 |x|) + 1), with the sign of x. Near 0 that would cancel.
            var far = S.Subtract(one, S.Divide(two, S.Add(S.Exp(S.Add(magnitude, magnitude)), one)));
            far = S.Select(S.LessThan(x, default), S.Subtract(default, far), far);
            var square = S.Multiply(x, x);
            var ratio = S.Divide(
                Polynomial(Coefficients<T>.TanhNumerator, square), Polynomial(Coefficients<T>.TanhDenominator, square));
            var near = S.FusedMultiplyAdd(S.Multiply(x, square), ratio, x);
            var tanh = S.Select(S.LessThan(magnitude, border), near, far);
            S.Store(tanh, z + i);
            if (derivative != null)
                S.Store(S.FusedMultiplyAdd(S.Subtract(default, tanh), tanh, one), derivative + i);
        }
    }

    /// <summary>z becomes z Φ(z); derivative, unless null, becomes Φ(z) + z φ(z).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Gelu(T* z, T* derivative, nint count)
    {
        V one = S.Broadcast(T.One), half = Constant(0.5), rootHalf = Constant(Math.Sqrt(0.5));
        var density = Constant(1 / Math.Sqrt(2 * Math.PI));
        for (nint i = 0; i < count; i += S.Count)
        {
            var x = S.Load(z + i);
            var y = S.Multiply(S.Abs(x), rootHalf);
            var bell = S.Exp(S.Subtract(default, S.Multiply(y, y)));                      // exp(-x² / 2)
            var t = S.Divide(one, S.FusedMultiplyAdd(y, half, one));
            var series = Polynomial(Coefficients<T>.Erfc, S.Subtract(S.Add(t, t), one));
            var tail = S.Multiply(S.Multiply(S.Multiply(half, t), series), bell);         // Φ(-|x|)
            var phi = S.Select(S.LessThan(x, default), tail, S.Subtract(one, tail));      // Φ(x)
            S.Store(S.Multiply(x, phi), z + i);
            if (derivative != null)
                S.Store(S.FusedMultiplyAdd(S.Multiply(x, bell), density, phi), derivative + i);
        }
    }

    /// <summary>z becomes max(0, z).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Relu(T* z, nint count)
    {
        for (nint i = 0; i < count; i += S.Count)
            S.Store(S.Max(S.Load(z + i), default), z + i);
    }

    /// <summary>z becomes σ(z) = 1 / (1 + exp(-z)); derivative, unless null, becomes σ (1 - σ).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Sigmoid(T* z, T* derivative, nint count)
    {
        var one = S.Broadcast(T.One);
        for (nint i = 0; i < count; i += S.Count)
        {
            var sigmoid = S.Divide(one, S.Add(one, S.Exp(S.Subtract(default, S.Load(z + i)))));
            S.Store(sigmoid, z + i);
            if (derivative != null)
                S.Store(S.Multiply(sigmoid, S.Subtract(one, sigmoid)), derivative + i);
        }
    }

    /// <summary>z becomes z σ(z); derivative, unless null, becomes σ (1 + z (1 - σ)).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Silu(T* z, T* derivative, nint count)
    {
        var one = S.Broadcast(T.One);
        for (nint i = 0; i < count; i += S.Count)
        {
            var x = S.Load(z + i);
            var sigmoid = S.Divide(one, S.Add(one, S.Exp(S.Subtract(default, x))));
            S.Store(S.Multiply(x, sigmoid), z + i);
            if (derivative != null)
            {
                var inner = S.FusedMultiplyAdd(x, S.Subtract(one, sigmoid), one);
                S.Store(S.Multiply(sigmoid, inner), derivative + i);
            }
        }
    }

    /// <summary>gradient becomes gradient * scale where the output is above 0, and 0 elsewhere.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void MaskRelu(T* gradient, T* output, T scale, nint count)
    {
        var factor = S.Broadcast(scale);
        for (nint i = 0; i < count; i += S.Count)
        {
            var passed = S.Multiply(S.Load(gradient + i), factor);
            S.Store(S.Select(S.LessThan(default, S.Load(output + i)), passed, default), gradient + i);
        }
    }

    private static V Constant(double value) => S.Broadcast(T.CreateTruncating(value));

    /// <summary>Horner's rule; coefficients from the constant term up.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Polynomial(ReadOnlySpan<T> coefficients, V x)
    {
        var sum = S.Broadcast(coefficients[^1]);
        for (var i = coefficients.Length - 2; i >= 0; i--)
            sum = S.FusedMultiplyAdd(sum, x, S.Broadcast(coefficients[i]));
        return sum;
    }
}
