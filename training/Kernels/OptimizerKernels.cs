using System.Numerics;
using System.Runtime.CompilerServices;

namespace TuneGraph.Training;

/// <summary>
/// The update rules, each one pass over the whole arena: w parameters, g gradients. Counts are multiples of the panel
/// width. Elements that only fill up a panel have w = g = 0 and stay 0 under every rule.
/// </summary>
/// <remarks>
/// State that decays below the smallest normal number becomes 0. It would otherwise stay subnormal for good (0.9 times
/// the smallest subnormal rounds back to it), and many processors compute a hundred times slower with subnormals.
/// </remarks>
internal static unsafe class OptimizerKernels<T, V, S>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : struct
    where S : struct, ILanes<T, V>
{
    /// <summary>g += λ w; v = μ v + g; w -= η v, or with Nesterov w -= η (g + μ v).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Sgd(T* w, T* g, T* v, nint count, OptimizerSpec spec, double rate)
    {
        V decay = Constant(spec.WeightDecay),
            momentum = Constant(spec.Momentum),
            negativeRate = Constant(-rate);
        var smallest = S.Broadcast(SmallestNormal);
        for (nint i = 0; i < count; i += S.Count)
        {
            var weight = S.Load(w + i);
            var gradient = S.FusedMultiplyAdd(decay, weight, S.Load(g + i));
            var velocity = Flush(S.FusedMultiplyAdd(momentum, S.Load(v + i), gradient), smallest);
            S.Store(velocity, v + i);
            var step = spec.Nesterov ? S.FusedMultiplyAdd(momentum, velocity, gradient) : velocity;
            S.Store(S.FusedMultiplyAdd(negativeRate, step, weight), w + i);
        }
    }

    /// <summary>
    /// m = β₁ m + (1 - β₁) g; v = β₂ v + (1 - β₂) g²; w -= η / (1 - β₁ᵗ) * m / (√v / √(1 - β₂ᵗ) + ε), where weight
    /// decay λ first gives g += λ w (Adam) or w *= 1 - η λ (AdamW).
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Adam(T* w, T* g, T* m, T* v, nint count, OptimizerSpec spec, double rate, long step)
    {
        var decoupled = spec.Kind == OptimizerKind.AdamW;
        var decay = Constant(decoupled ? 0 : spec.WeightDecay);
        var keep = Constant(decoupled ? 1 - (rate * spec.WeightDecay) : 1);
        V beta1 = Constant(spec.Beta1),
            rest1 = Constant(1 - spec.Beta1);
        V beta2 = Constant(spec.Beta2),
            rest2 = Constant(1 - spec.Beta2);
        var negativeRate = Constant(-rate / (1 - Math.Pow(spec.Beta1, step)));
        var correction = Constant(1 / Math.Sqrt(1 - Math.Pow(spec.Beta2, step)));
        var epsilon = Constant(spec.Epsilon);
        var smallest = S.Broadcast(SmallestNormal);
        for (nint i = 0; i < count; i += S.Count)
        {
            var weight = S.Load(w + i);
            var gradient = S.FusedMultiplyAdd(decay, weight, S.Load(g + i));
            var mean = Flush(S.FusedMultiplyAdd(beta1, S.Load(m + i), S.Multiply(rest1, gradient)), smallest);
            var square = S.Multiply(S.Multiply(rest2, gradient), gradient);
            var variance = Flush(S.FusedMultiplyAdd(beta2, S.Load(v + i), square), smallest);
            S.Store(mean, m + i);
            S.Store(variance, v + i);
            var denominator = S.FusedMultiplyAdd(S.Sqrt(variance), correction, epsilon);
            S.Store(S.FusedMultiplyAdd(negativeRate, S.Divide(mean, denominator), S.Multiply(keep, weight)), w + i);
        }
    }

    /// <summary>g += λ w; s += g²; w -= η g / (√s + ε): Duchi, Hazan, Singer 2011.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Adagrad(T* w, T* g, T* s, nint count, OptimizerSpec spec, double rate)
    {
        V decay = Constant(spec.WeightDecay), negativeRate = Constant(-rate), epsilon = Constant(spec.Epsilon);
        for (nint i = 0; i < count; i += S.Count)
        {
            var weight = S.Load(w + i);
            var gradient = S.FusedMultiplyAdd(decay, weight, S.Load(g + i));
            var sum = S.FusedMultiplyAdd(gradient, gradient, S.Load(s + i));
            S.Store(sum, s + i);
            var step = S.Divide(gradient, S.Add(S.Sqrt(sum), epsilon));
            S.Store(S.FusedMultiplyAdd(negativeRate, step, weight), w + i);
        }
    }

    /// <summary>g += λ w; v = α v + (1 - α) g²; w -= η g / (√v + ε): Tieleman and Hinton 2012.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void RmsProp(T* w, T* g, T* v, nint count, OptimizerSpec spec, double rate)
    {
        V decay = Constant(spec.WeightDecay), negativeRate = Constant(-rate), epsilon = Constant(spec.Epsilon);
        V keep = Constant(spec.Decay), rest = Constant(1 - spec.Decay), smallest = S.Broadcast(SmallestNormal);
        for (nint i = 0; i < count; i += S.Count)
        {
            var weight = S.Load(w + i);
            var gradient = S.FusedMultiplyAdd(decay, weight, S.Load(g + i));
            var square = S.Multiply(S.Multiply(rest, gradient), gradient);
            var variance = Flush(S.FusedMultiplyAdd(keep, S.Load(v + i), square), smallest);
            S.Store(variance, v + i);
            var step = S.Divide(gradient, S.Add(S.Sqrt(variance), epsilon));
            S.Store(S.FusedMultiplyAdd(negativeRate, step, weight), w + i);
        }
    }

    /// <summary>
    /// m and v as in Adam; g becomes m / (1 - β₁ᵗ) / (√v / √(1 - β₂ᵗ) + ε) + λ w: You et al. 2020, arXiv:1904.00962,
    /// Algorithm 2, before the trust ratio.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void LambDirection(T* w, T* g, T* m, T* v, nint count, OptimizerSpec spec, long step)
    {
        V beta1 = Constant(spec.Beta1), rest1 = Constant(1 - spec.Beta1), beta2 = Constant(spec.Beta2),
            rest2 = Constant(1 - spec.Beta2), decay = Constant(spec.WeightDecay), epsilon = Constant(spec.Epsilon);
        var first = Constant(1 / (1 - Math.Pow(spec.Beta1, step)));
        var second = Constant(1 / Math.Sqrt(1 - Math.Pow(spec.Beta2, step)));
        var smallest = S.Broadcast(SmallestNormal);
        for (nint i = 0; i < count; i += S.Count)
        {
            var gradient = S.Load(g + i);
            var mean = Flush(S.FusedMultiplyAdd(beta1, S.Load(m + i), S.Multiply(rest1, gradient)), smallest);
            var square = S.Multiply(S.Multiply(rest2, gradient), gradient);
            var variance = Flush(S.FusedMultiplyAdd(beta2, S.Load(v + i), square), smallest);
            S.Store(mean, m + i);
            S.Store(variance, v + i);
            var direction = S.Divide(S.Multiply(mean, first), S.FusedMultiplyAdd(S.Sqrt(variance), second, epsilon));
            S.Store(S.FusedMultiplyAdd(decay, S.Load(w + i), direction), g + i);
        }
    }

    /// <summary>
    /// w -= η (sign(β₁ m + (1 - β₁) g) + λ w); m = β₂ m + (1 - β₂) g: Chen et al. 2023, arXiv:2302.06675, Algorithm 2.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Lion(T* w, T* g, T* m, nint count, OptimizerSpec spec, double rate)
    {
        V beta1 = Constant(spec.Beta1), rest1 = Constant(1 - spec.Beta1), beta2 = Constant(spec.Beta2),
            rest2 = Constant(1 - spec.Beta2), keep = Constant(1 - (rate * spec.WeightDecay));
        V up = Constant(-rate), down = Constant(rate), smallest = S.Broadcast(SmallestNormal);
        for (nint i = 0; i < count; i += S.Count)
        {
            V gradient = S.Load(g + i), mean = S.Load(m + i);
            var blend = S.FusedMultiplyAdd(beta1, mean, S.Multiply(rest1, gradient));
            var step = S.Select(S.LessThan(default, blend), up, S.Select(S.LessThan(blend, default), down, default));
            // A sign would swallow a NaN, which has to show in the loss.
            step = S.Add(step, S.Subtract(blend, blend));
            S.Store(S.FusedMultiplyAdd(keep, S.Load(w + i), step), w + i);
            S.Store(Flush(S.FusedMultiplyAdd(beta2, mean, S.Multiply(rest2, gradient)), smallest), m + i);
        }
    }

    private static T SmallestNormal =>
        typeof(T) == typeof(float) ? T.CreateTruncating(1.17549435e-38f) : T.CreateTruncating(2.2250738585072014e-308);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Flush(V value, V smallest) => S.Select(S.LessThan(S.Abs(value), smallest), default, value);

    private static V Constant(double value) => S.Broadcast(T.CreateTruncating(value));
}
