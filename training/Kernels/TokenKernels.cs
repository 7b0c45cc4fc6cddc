using System.Numerics;
using System.Runtime.CompilerServices;

namespace TuneGraph.Training;

/// <summary>
/// Tokens out of features, and back. Sequences are [samples, tokens, stride]; features [samples, stride]. Strides of
/// tokens are multiples of the panel width.
/// </summary>
internal static unsafe class TokenKernels<T, V, S>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : struct
    where S : struct, ILanes<T, V>
{
    /// <summary>Copies the rows of a table [count, width] that the features name.</summary>
    /// <exception cref="InvalidDataException">A feature is no index of a row.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Gather(
        T* features, int samples, int featureStride, int tokens, T* table, int count, int stride, T* target)
    {
        for (var sample = 0; sample < samples; sample++, features += featureStride)
        {
            for (var token = 0; token < tokens; token++, target += stride)
            {
                var index = int.CreateSaturating(features[token]);
                if ((uint)index >= (uint)count || T.CreateTruncating(index) != features[token])
                {
                    throw new InvalidDataException($"Token {token + 1} of a row is {features[token]}, but an embedding "
                        + $"of {count} entries takes whole numbers from 0 to {count - 1}. Give such features "
                        + "unstandardized (standardize: false), or raise the embedding's count.");
                }
                Unsafe.CopyBlockUnaligned(target, table + ((nint)index * stride), (uint)(stride * sizeof(T)));
            }
        }
    }

    /// <summary>
    /// Adds the gradient of each token to the gradient of its row of the table; clears the table first.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ScatterAdd(
        T* features, int samples, int featureStride, int tokens, T* gradient, int count, int stride, T* table)
    {
        Clear(table, (nint)count * stride);
        for (var sample = 0; sample < samples; sample++, features += featureStride)
        {
            for (var token = 0; token < tokens; token++, gradient += stride)
            {
                var row = table + (nint.CreateTruncating(features[token]) * stride);
                ElementKernels<T, V, S>.Add(row, gradient, stride);
            }
        }
    }

    /// <summary>Token t becomes feature t times row t of the weights, plus row t of the biases.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Spread(
        T* features, int samples, int featureStride, int tokens, T* weights, T* biases, int stride, T* target)
    {
        for (var sample = 0; sample < samples; sample++, features += featureStride)
        {
            for (var token = 0; token < tokens; token++, target += stride)
            {
                T* w = weights + ((nint)token * stride), b = biases + ((nint)token * stride);
                var feature = S.Broadcast(features[token]);
                for (var i = 0; i < stride; i += S.Count)
                    S.Store(S.FusedMultiplyAdd(feature, S.Load(w + i), S.Load(b + i)), target + i);
            }
        }
    }

    /// <summary>The gradients of <see cref="Spread"/>; that of the features only where there is room for it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void SpreadGradient(
        T* features, int samples, int featureStride, int tokens, T* gradient, T* weights, int stride,
        T* weightGradient, T* biasGradient, T* featureGradient)
    {
        Clear(weightGradient, (nint)tokens * stride);
        Clear(biasGradient, (nint)tokens * stride);
        for (var sample = 0; sample < samples; sample++, features += featureStride)
        {
            for (var token = 0; token < tokens; token++, gradient += stride)
            {
                var at = (nint)token * stride;
                var feature = S.Broadcast(features[token]);
                V sums = default;
                for (var i = 0; i < stride; i += S.Count)
                {
                    V g = S.Load(gradient + i), sum = S.Load(weightGradient + at + i);
                    S.Store(S.FusedMultiplyAdd(g, feature, sum), weightGradient + at + i);
                    sums = S.FusedMultiplyAdd(g, S.Load(weights + at + i), sums);
                }
                ElementKernels<T, V, S>.Add(biasGradient + at, gradient, stride);
                if (featureGradient != null)
                    featureGradient[((nint)sample * featureStride) + token] = S.Sum(sums);
            }
        }
    }

    /// <summary>The mean over the tokens of each sample.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Mean(T* source, int samples, int tokens, int stride, T* target)
    {
        var share = S.Broadcast(T.One / T.CreateTruncating(tokens));
        for (var sample = 0; sample < samples; sample++, target += stride)
        {
            new Span<T>(target, stride).Clear();
            for (var token = 0; token < tokens; token++, source += stride)
            {
                for (var i = 0; i < stride; i += S.Count)
                    S.Store(S.FusedMultiplyAdd(S.Load(source + i), share, S.Load(target + i)), target + i);
            }
        }
    }

    /// <summary>Gives every token its share of the gradient of the mean.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void MeanGradient(T* gradient, int samples, int tokens, int stride, T* target)
    {
        var share = S.Broadcast(T.One / T.CreateTruncating(tokens));
        for (var sample = 0; sample < samples; sample++, gradient += stride)
        {
            for (var token = 0; token < tokens; token++, target += stride)
            {
                for (var i = 0; i < stride; i += S.Count)
                    S.Store(S.Multiply(S.Load(gradient + i), share), target + i);
            }
        }
    }

    /// <summary>Copies rows of <paramref name="width"/> elements between strides.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void CopyRows(T* source, nint sourceStride, T* target, nint targetStride, long rows, int width)
    {
        for (var row = 0L; row < rows; row++, source += sourceStride, target += targetStride)
            Unsafe.CopyBlockUnaligned(target, source, (uint)(width * sizeof(T)));
    }

    /// <summary>1 where score - offset is largest, of equal ones the first; 0 elsewhere.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void MarkLargest(T* scores, T* offsets, int rows, int stride, int columns)
    {
        for (var row = 0; row < rows; row++, scores += stride)
        {
            var best = 0;
            for (var j = 1; j < columns; j++)
                best = scores[j] - offsets[j] > scores[best] - offsets[best] ? j : best;
            new Span<T>(scores, stride).Clear();
            scores[best] = T.One;
        }
    }

    /// <summary>
    /// outputs[row, o] += ½ Σ over factors of (sums² - squares): Rendle 2010, "Factorization machines".
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Pairs(
        T* sums, T* squares, int rows, int stride, int groups, int groupStride, T* outputs, int outputStride)
    {
        var half = T.CreateTruncating(0.5);
        for (var row = 0; row < rows; row++, sums += stride, squares += stride, outputs += outputStride)
        {
            for (var o = 0; o < groups; o++)
            {
                var total = T.Zero;
                for (var f = o * groupStride; f < (o + 1) * groupStride; f++)
                    total += (sums[f] * sums[f]) - squares[f];
                outputs[o] += half * total;
            }
        }
    }

    /// <summary>sums becomes gradient * sums and squares becomes -gradient, per output's group of factors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void PairsGradient(
        T* gradient, int gradientStride, int rows, int stride, int groups, int groupStride, T* sums, T* squares)
    {
        for (var row = 0; row < rows; row++, sums += stride, squares += stride, gradient += gradientStride)
        {
            for (var f = 0; f < groups * groupStride; f++)
            {
                sums[f] *= gradient[f / groupStride];
                squares[f] = -gradient[f / groupStride];
            }
        }
    }

    private static void Clear(T* values, nint count)
    {
        for (nint i = 0; i < count; i += S.Count)
            S.Store(default, values + i);
    }
}
