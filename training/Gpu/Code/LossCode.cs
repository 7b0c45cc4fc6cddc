using ILGPU;

namespace TuneGraph.Training;

/// <summary>Outputs [rows, stride] and what they should be.</summary>
internal struct LossArguments
{
    public Numbers Outputs;
    public ArrayView<float> Targets;
    public ArrayView<int> Labels;

    /// <summary>[2, rows]: the rows' losses, and 1 for those classified right.</summary>
    public ArrayView<float> Results;

    /// <summary>The sums of both over all passes.</summary>
    public ArrayView<double> Tally;
    public int Rows, Stride, Classes, HasLabels;

    /// <summary>Whether row i of each square matrix has only i + 1 classes.</summary>
    public int IsCausal;
    public float Scale, Delta;
}

/// <summary>What <see cref="LossKernels{T, V, S}"/> and <see cref="ErrorKernels{T}"/> do, on a device.</summary>
internal static class LossCode
{
    /// <summary>A row a group.</summary>
    public static void Softmax(LossArguments a)
    {
        var row = Grid.IdxX;
        var start = (long)row * a.Stride;
        var classes = a.IsCausal != 0 ? (row % a.Classes) + 1 : a.Classes;
        var own = float.NegativeInfinity;
        for (var i = Group.IdxX; i < classes; i += Group.DimX)
            own = a.Outputs[start + i] > own ? a.Outputs[start + i] : own;
        var top = Block.Largest(own);
        var label = a.HasLabels != 0 ? a.Labels[row] : 0;
        var atLabel = a.Outputs[start + label];
        var before = 0f;                                   // classes before the label that are as large
        for (var i = Group.IdxX; i < label; i += Group.DimX)
            before += a.Outputs[start + i] >= atLabel ? 1 : 0;
        before = Block.Sum(before);                        // also: nobody overwrites what another still reads
        var sum = 0f;
        for (var i = Group.IdxX; i < classes; i += Group.DimX)
            sum += DeviceMath.Exp(a.Outputs[start + i] - top);
        sum = Block.Sum(sum);
        var share = 1 / sum;
        for (var i = Group.IdxX; i < a.Stride; i += Group.DimX)
            a.Outputs[start + i] = i < classes ? DeviceMath.Exp(a.Outputs[start + i] - top) * share : 0;
        if (Group.IdxX > 0 || a.HasLabels == 0)
            return;
        a.Results[row] = DeviceMath.Log(sum) + (top - atLabel);
        a.Results[a.Rows + row] = atLabel == top && before == 0 ? 1 : 0;
    }

    public static void CrossEntropyGradient(LossArguments a)
    {
        var i = Grid.GlobalIndex.X;
        if (i >= a.Rows * a.Stride)
            return;
        var hit = a.Labels[i / a.Stride] == i % a.Stride;
        a.Outputs[i] = (a.Outputs[i] * a.Scale) - (hit ? a.Scale : 0);
    }

    public static void SquaredError(LossArguments a)
    {
        var row = Grid.GlobalIndex.X;
        if (row >= a.Rows)
            return;
        var difference = a.Outputs[(long)row * a.Stride] - a.Targets[row];
        a.Results[row] = difference * difference;
        a.Outputs[(long)row * a.Stride] = (difference + difference) * a.Scale;
    }

    public static void AbsoluteError(LossArguments a)
    {
        var row = Grid.GlobalIndex.X;
        if (row >= a.Rows)
            return;
        var difference = a.Outputs[(long)row * a.Stride] - a.Targets[row];
        a.Results[row] = difference < 0 ? -difference : difference;
        a.Outputs[(long)row * a.Stride] = difference > 0 ? a.Scale : difference < 0 ? -a.Scale : difference * a.Scale;
    }

    public static void Huber(LossArguments a)
    {
        var row = Grid.GlobalIndex.X;
        if (row >= a.Rows)
            return;
        var difference = a.Outputs[(long)row * a.Stride] - a.Targets[row];
        var size = difference < 0 ? -difference : difference;
        a.Results[row] = size > a.Delta ? a.Delta * (size - (0.5f * a.Delta)) : 0.5f * size * size;
        var cut = difference > a.Delta ? a.Delta : difference < -a.Delta ? -a.Delta : difference;
        a.Outputs[(long)row * a.Stride] = cut * a.Scale;
    }

    public static void BinaryCrossEntropy(LossArguments a)
    {
        var row = Grid.GlobalIndex.X;
        if (row >= a.Rows)
            return;
        var z = a.Outputs[(long)row * a.Stride];
        var label = a.Labels[row];
        var size = z < 0 ? -z : z;
        a.Results[row] = (z < 0 ? 0 : z) - (z * label) + DeviceMath.Log(1 + DeviceMath.Exp(-size));
        a.Results[a.Rows + row] = z > 0 ? label : 1 - label;
        a.Outputs[(long)row * a.Stride] = (DeviceMath.Sigmoid(z) - label) * a.Scale;
    }

    /// <summary>One group adds the rows' results to the tally, in double.</summary>
    public static void AddUp(LossArguments a)
    {
        double loss = 0, right = 0;
        for (var row = Group.IdxX; row < a.Rows; row += Group.DimX)
        {
            loss += a.Results[row];
            right += a.Results[a.Rows + row];
        }
        loss = Block.Sum(loss);
        right = Block.Sum(right);
        if (Group.IdxX > 0)
            return;
        a.Tally[0] += loss;
        a.Tally[1] += a.Classes > 0 ? right : 0;
    }
}
