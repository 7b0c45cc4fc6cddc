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

    /// <summary>
    /// Replaces logits by probabilities (softmax): columns past <paramref name="classes"/> become 0.
    /// Adds up -ln p of the right class and counts the rows whose first largest logit is the right class.
    /// </summary>
    /// <param name="logits">[rows, stride].</param>
    /// <param name="rows">Number of rows.</param>
    /// <param name="stride">Columns, padding included.</param>
    /// <param name="classes">True columns.</param>
    /// <param name="labels">[rows], or null to compute probabilities only.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static (double Loss, int Correct) Softmax(T* logits, int rows, int stride, int classes, int* labels)
    {
        T* lanes = stackalloc T[MostLanes];
        for (var i = 0; i < MostLanes; i++)
            lanes[i] = T.CreateTruncating(i);
        V iota = S.Load(lanes), end = S.Broadcast(T.CreateTruncating(classes));
        var lowest = S.Broadcast(T.NegativeInfinity);
        var loss = 0.0;
        var correct = 0;
        for (var row = 0; row < rows; row++, logits += stride)
        {
            var max = Largest(logits, classes);
            var top = S.Broadcast(max);
            var label = labels == null ? 0 : labels[row];
            double margin = double.CreateTruncating(max - logits[label]);
            if (labels != null && margin == 0 && new ReadOnlySpan<T>(logits, label).IndexOf(max) < 0)
                correct++;
            V sums = default;
            for (var column = 0; column < stride; column += S.Count)
            {
                var index = S.Add(iota, S.Broadcast(T.CreateTruncating(column)));
                var shifted = S.Subtract(S.Load(logits + column), top);
                var e = S.Exp(S.Select(S.LessThan(index, end), shifted, lowest));
                sums = S.Add(sums, e);
                S.Store(e, logits + column);
            }
            var sum = Total(sums);
            loss += Math.Log(double.CreateTruncating(sum)) + margin;
            var share = S.Broadcast(T.One / sum);
            for (var column = 0; column < stride; column += S.Count)
                S.Store(S.Multiply(S.Load(logits + column), share), logits + column);
        }
        return (loss, correct);
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

    private static T Largest(T* values, int count)
    {
        var max = values[0];
        for (var i = 1; i < count; i++)
            max = T.Max(max, values[i]);             // NaN wins, so that it shows in the loss
        return max;
    }

    private static T Total(V lanes)
    {
        T* values = stackalloc T[MostLanes];
        S.Store(lanes, values);
        var sum = values[0];
        for (var i = 1; i < S.Count; i++)
            sum += values[i];
        return sum;
    }
}
