using ILGPU;

namespace TuneGraph.Training;

/// <summary>Features [samples, feature stride], and sequences [samples, tokens, stride] of them.</summary>
internal struct TokenArguments
{
    public Numbers Features, Sequence, Table, Biases, FeatureGradient;

    /// <summary>[1]: becomes the place of a feature that is no index, from 1.</summary>
    public ArrayView<int> Fault;
    public int Samples, FeatureStride, Tokens, Stride, Entries, HasFeatureGradient;
    public float Scale;
}

/// <summary>
/// Factors of a factorization machine: sums and squares [rows, stride], outputs [rows, output stride].
/// </summary>
internal struct PairsArguments
{
    public Numbers Sums, Squares, Outputs;
    public int Rows, Stride, Groups, GroupStride, OutputStride;
}

/// <summary>What <see cref="TokenKernels{T, V, S}"/> does, on a device.</summary>
internal static class TokenCode
{
    public static void Gather(TokenArguments a)
    {
        var i = Grid.GlobalIndex.X;
        if (i >= a.Samples * a.Tokens * a.Stride)
            return;
        int x = i % a.Stride, token = i / a.Stride;
        var feature = a.Features[((long)(token / a.Tokens) * a.FeatureStride) + (token % a.Tokens)];
        var index = feature >= 0 && feature < a.Entries ? (int)feature : 0;
        if (x == 0 && !(index == feature))
            a.Fault[0] = token + 1;                        // of several, any will do
        a.Sequence[i] = a.Table[((long)index * a.Stride) + x];
    }

    /// <summary>
    /// A token a group, a column a thread: the first token of an entry sums the gradients of all tokens of it, in
    /// their order.
    /// </summary>
    public static void ScatterAdd(TokenArguments a)
    {
        int token = Grid.IdxX, all = a.Samples * a.Tokens;
        var index = Feature(a, token);
        if (index < 0)
            return;
        for (var other = 0; other < token; other++)
        {
            if (Feature(a, other) == index)
                return;
        }
        for (var x = Group.IdxX; x < a.Stride; x += Group.DimX)
        {
            var sum = 0f;
            for (var other = token; other < all; other++)
            {
                if (Feature(a, other) == index)
                    sum += a.Sequence[((long)other * a.Stride) + x];
            }
            a.Table[((long)index * a.Stride) + x] = sum;
        }
    }

    public static void Spread(TokenArguments a)
    {
        var i = Grid.GlobalIndex.X;
        if (i >= a.Samples * a.Tokens * a.Stride)
            return;
        var at = i % (a.Tokens * a.Stride);
        var feature = a.Features[((long)(i / (a.Tokens * a.Stride)) * a.FeatureStride) + (at / a.Stride)];
        a.Sequence[i] = (feature * a.Table[at]) + a.Biases[at];
    }

    /// <summary>An element of the weights a thread; Table and Biases become their gradients.</summary>
    public static void SpreadGradient(TokenArguments a)
    {
        var at = Grid.GlobalIndex.X;
        if (at >= a.Tokens * a.Stride)
            return;
        float weight = 0, bias = 0;
        for (var sample = 0; sample < a.Samples; sample++)
        {
            var gradient = a.Sequence[((long)sample * a.Tokens * a.Stride) + at];
            weight += gradient * a.Features[((long)sample * a.FeatureStride) + (at / a.Stride)];
            bias += gradient;
        }
        a.Table[at] = weight;
        a.Biases[at] = bias;
    }

    /// <summary>A token a group; Table holds the weights.</summary>
    public static void SpreadFeatureGradient(TokenArguments a)
    {
        int token = Grid.IdxX % a.Tokens, sample = Grid.IdxX / a.Tokens;
        var sum = 0f;
        for (var x = Group.IdxX; x < a.Stride; x += Group.DimX)
            sum += a.Sequence[((long)Grid.IdxX * a.Stride) + x] * a.Table[((long)token * a.Stride) + x];
        sum = Block.Sum(sum);
        if (Group.IdxX == 0)
            a.FeatureGradient[((long)sample * a.FeatureStride) + token] = sum;
    }

    /// <summary>The mean of the tokens goes to the features [samples, stride].</summary>
    public static void Mean(TokenArguments a)
    {
        var i = Grid.GlobalIndex.X;
        if (i >= a.Samples * a.Stride)
            return;
        var sum = 0f;
        for (var token = 0; token < a.Tokens; token++)
            sum += a.Sequence[((((long)(i / a.Stride) * a.Tokens) + token) * a.Stride) + (i % a.Stride)] * a.Scale;
        a.Features[i] = sum;
    }

    public static void MeanGradient(TokenArguments a)
    {
        var i = Grid.GlobalIndex.X;
        if (i >= a.Samples * a.Tokens * a.Stride)
            return;
        var sample = i / (a.Tokens * a.Stride);
        a.Sequence[i] = a.Features[((long)sample * a.Stride) + (i % a.Stride)] * a.Scale;
    }

    /// <summary>
    /// A row a group: the sequence holds the gradient, the table the probabilities, [samples, stride].
    /// </summary>
    public static void SoftmaxGradient(TokenArguments a)
    {
        var start = (long)Grid.IdxX * a.Stride;
        var sum = 0f;
        for (var i = Group.IdxX; i < a.Entries; i += Group.DimX)
            sum += a.Sequence[start + i] * a.Table[start + i];
        sum = Block.Sum(sum);
        for (var i = Group.IdxX; i < a.Stride; i += Group.DimX)
        {
            a.Sequence[start + i] =
                i < a.Entries ? (a.Sequence[start + i] - sum) * a.Table[start + i] * a.Scale : 0;
        }
    }

    /// <summary>A row of the table a group: half its sum of squares goes to the biases.</summary>
    public static void HalfSquares(TokenArguments a)
    {
        var sum = 0f;
        for (var i = Group.IdxX; i < a.Stride; i += Group.DimX)
        {
            var value = a.Table[((long)Grid.IdxX * a.Stride) + i];
            sum += value * value;
        }
        sum = Block.Sum(sum);
        if (Group.IdxX == 0)
            a.Biases[Grid.IdxX] = 0.5f * sum;
    }

    /// <summary>A row of the sequence a thread: 1 where it, less the biases, is largest.</summary>
    public static void MarkLargest(TokenArguments a)
    {
        var row = Grid.GlobalIndex.X;
        if (row >= a.Samples)
            return;
        var start = (long)row * a.Stride;
        var best = 0;
        var largest = a.Sequence[start] - a.Biases[0];
        for (var j = 1; j < a.Entries; j++)
        {
            var score = a.Sequence[start + j] - a.Biases[j];
            if (score > largest)
            {
                largest = score;
                best = j;
            }
        }
        for (var j = 0; j < a.Stride; j++)
            a.Sequence[start + j] = 0;
        a.Sequence[start + best] = 1;
    }

    public static void Pairs(PairsArguments a)
    {
        var i = Grid.GlobalIndex.X;
        if (i >= a.Rows * a.Groups)
            return;
        int row = i / a.Groups, group = i % a.Groups;
        var total = 0f;
        for (var f = group * a.GroupStride; f < (group + 1) * a.GroupStride; f++)
        {
            var sum = a.Sums[((long)row * a.Stride) + f];
            total += (sum * sum) - a.Squares[((long)row * a.Stride) + f];
        }
        a.Outputs[((long)row * a.OutputStride) + group] += 0.5f * total;
    }

    /// <summary>Outputs holds the gradient by them.</summary>
    public static void PairsGradient(PairsArguments a)
    {
        var i = Grid.GlobalIndex.X;
        if (i >= a.Rows * a.Groups * a.GroupStride)
            return;
        int row = i / (a.Groups * a.GroupStride), f = i % (a.Groups * a.GroupStride);
        var gradient = a.Outputs[((long)row * a.OutputStride) + (f / a.GroupStride)];
        a.Sums[((long)row * a.Stride) + f] *= gradient;
        a.Squares[((long)row * a.Stride) + f] = -gradient;
    }

    /// <summary>The entry that a token names; -1 if there is none, which has been told by then.</summary>
    private static int Feature(TokenArguments a, int token)
    {
        var feature = a.Features[((long)(token / a.Tokens) * a.FeatureStride) + (token % a.Tokens)];
        return feature >= 0 && feature < a.Entries ? (int)feature : -1;
    }
}
