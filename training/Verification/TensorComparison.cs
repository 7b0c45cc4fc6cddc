namespace TuneGraph.Training;

/// <summary>How far the tensors of two models lie apart.</summary>
internal static class TensorComparison
{
    /// <summary>What rounding may make of some steps; in float32 it grows with them.</summary>
    public static double Allowed(bool inDouble, long steps) =>
        inDouble ? 1e-12 * Math.Max(1, steps) : 1e-5 * Math.Max(1, Math.Sqrt(steps));

    /// <summary>
    /// For each pair the largest difference as a part of the second's largest value; what is not finite differs by
    /// infinity.
    /// </summary>
    public static VerificationReport Compare(
        IReadOnlyList<SafeTensor> ours, IReadOnlyList<SafeTensor> theirs, VerificationReport report)
    {
        var (worst, tensor, first) = (0.0, (string?)null, (string?)null);
        foreach (var (mine, other) in ours.Zip(theirs))
        {
            var difference = Distance(mine, other);
            if (difference > worst)
                (worst, tensor) = (difference, mine.Name);
            if (difference > report.Allowed)
                first ??= mine.Name;
        }
        return report with { Difference = worst, Tensor = tensor, FirstOff = first };
    }

    private static double Distance(SafeTensor mine, SafeTensor other)
    {
        var (a, b) = (Values(mine), Values(other));
        var (most, size) = (0.0, 0.0);
        for (var i = 0; i < b.Length; i++)
        {
            var difference = Math.Abs(a[i] - b[i]);
            most = double.IsFinite(difference) ? Math.Max(most, difference) : double.PositiveInfinity;
            size = Math.Max(size, Math.Abs(b[i]));
        }
        return most == 0 ? 0 : most / Math.Max(size, double.Epsilon * 1e16);
    }

    private static double[] Values(SafeTensor tensor) => tensor.Type == TensorType.F64
        ? tensor.Values<double>().ToArray()
        : Array.ConvertAll(tensor.Values<float>().ToArray(), value => (double)value);
}
