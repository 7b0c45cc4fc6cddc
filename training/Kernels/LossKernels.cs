using System.Numerics;
using System.Runtime.CompilerServices;

namespace TuneGraph.Training;

/// <summary>Softmax and cross-entropy. Outputs are [rows, stride], of which the first columns are true.</summary>
internal static unsafe class LossKernels<T, V, S>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where V : struct
    where S : struct, ILanes<T, V>
{
    private const int MostLanes = 16;

    /// <summary>Replaces logits by probabilities: columns past the classes become 0.</summary>
    /// <param name="logits">The first row of [rows, stride].</param>
    /// <param name="from">The first row to do.</param>
    /// <param name="end">The first one not to do.</param>
    /// <param name="stride">Columns, padding included.</param>
    /// <param name="classes">True columns.</param>
    /// <param name="isCausal">
    /// Whether the rows are those of square matrices whose row i has only i + 1 classes.
    /// </param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Softmax(T* logits, int from, int end, int stride, int classes, bool isCausal)
    {
        var iota = Iota();
        logits += (nint)from * stride;
        for (var row = from; row < end; row++, logits += stride)
            SoftmaxRow(logits, stride, isCausal ? (row % classes) + 1 : classes, iota);
    }

    /// <summary>
    /// The same, and adds up -ln p of the right class and counts the rows whose first largest logit is the right class.
    /// </summary>
    /// <param name="logits">[rows, stride].</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="stride">Columns, padding included.</param>
    /// <param name="classes">True columns.</param>
    /// <param name="labels">[rows].</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static (double Loss, int Correct) CrossEntropy(T* logits, int rows, int stride, int classes, int* labels)
    {
        var iota = Iota();
        var loss = 0.0;
        var correct = 0;
        for (var row = 0; row < rows; row++, logits += stride)
        {
            var own = logits[labels[row]];
            var isFirst = Largest(logits, labels[row]) < own;
            var (max, sum) = SoftmaxRow(logits, stride, classes, iota);
            double margin = double.CreateTruncating(max - own);
            loss += Math.Log(double.CreateTruncating(sum)) + margin;
            correct += margin == 0 && isFirst ? 1 : 0;
        }
        return (loss, correct);
    }

    /// <summary>
    /// Replaces dS by (dS - Σ dS S) S scale in each row, where S are the probabilities of a softmax, 0 past its
    /// columns: its gradient.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void SoftmaxGradient(T* gradient, T* probabilities, int rows, int stride, T scale)
    {
        var factor = S.Broadcast(scale);
        for (var row = 0; row < rows; row++, gradient += stride, probabilities += stride)
        {
            V sums = default;
            for (var i = 0; i < stride; i += S.Count)
                sums = S.FusedMultiplyAdd(S.Load(gradient + i), S.Load(probabilities + i), sums);
            var mean = S.Broadcast(S.Sum(sums));
            for (var i = 0; i < stride; i += S.Count)
            {
                var share = S.Multiply(S.Load(probabilities + i), factor);
                S.Store(S.Multiply(S.Subtract(S.Load(gradient + i), mean), share), gradient + i);
            }
        }
    }

    /// <summary>
    /// Turns probabilities into the gradient of the loss by the logits, times <paramref name="scale"/>: p - 1 for the
    /// right class, p for the others.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void CrossEntropyGradient(T* probabilities, int rows, int stride, int* labels, T scale)
    {
        var factor = S.Broadcast(scale);
        for (var row = 0; row < rows; row++, probabilities += stride)
        {
            for (var column = 0; column < stride; column += S.Count)
                S.Store(S.Multiply(S.Load(probabilities + column), factor), probabilities + column);
            probabilities[labels[row]] -= scale;
        }
    }

    /// <summary>The largest logit, and the sum of e to the power of what the others are less.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (T Max, T Sum) SoftmaxRow(T* logits, int stride, int classes, V iota)
    {
        V end = S.Broadcast(T.CreateTruncating(classes)), lowest = S.Broadcast(T.NegativeInfinity),
            next = S.Broadcast(T.CreateTruncating(S.Count)), index = iota, tops = lowest;
        for (var column = 0; column < stride; column += S.Count, index = S.Add(index, next))
        {
            var values = S.Select(S.LessThan(index, end), S.Load(logits + column), lowest);
            S.Store(values, logits + column);
            tops = S.Max(tops, values);              // NaN wins, so that it shows in the loss
        }
        var max = Largest(tops);
        var top = S.Broadcast(max);
        V sums = default;
        for (var column = 0; column < stride; column += S.Count)
        {
            var e = S.Exp(S.Subtract(S.Load(logits + column), top));
            sums = S.Add(sums, e);
            S.Store(e, logits + column);
        }
        var sum = S.Sum(sums);
        var share = S.Broadcast(T.One / sum);
        for (var column = 0; column < stride; column += S.Count)
            S.Store(S.Multiply(S.Load(logits + column), share), logits + column);
        return (max, sum);
    }

    /// <summary>0, 1, 2 ...</summary>
    private static V Iota()
    {
        T* lanes = stackalloc T[MostLanes];
        for (var i = 0; i < S.Count; i++)
            lanes[i] = T.CreateTruncating(i);
        return S.Load(lanes);
    }

    private static T Largest(V lanes)
    {
        T* values = stackalloc T[MostLanes];
        S.Store(lanes, values);
        return Largest(values, S.Count);
    }

    private static T Largest(T* values, int count)
    {
        var max = T.NegativeInfinity;
        for (var i = 0; i < count; i++)
            max = T.Max(max, values[i]);
        return max;
    }
}
