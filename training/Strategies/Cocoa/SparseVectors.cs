namespace TuneGraph.Training;

/// <summary>Vectors of which only what is not 0 is kept: rows of a data set, or its columns.</summary>
internal sealed class SparseVectors
{
    private readonly int[] _starts;
    private readonly int[] _indices;
    private readonly float[] _values;

    private SparseVectors(int[] starts, int[] indices, float[] values)
    {
        (_starts, _indices, _values) = (starts, indices, values);
        Norms = new double[starts.Length - 1];
        for (var i = 0; i < Norms.Length; i++)
        {
            foreach (var value in Values(i))
                Norms[i] += (double)value * value;
        }
    }

    public int Count => Norms.Length;

    /// <summary>Numbers kept.</summary>
    public int Entries => _values.Length;

    /// <summary>‖x‖² of each vector.</summary>
    public double[] Norms { get; }

    /// <summary>Rows of a data set.</summary>
    /// <param name="data">The data.</param>
    /// <param name="from">The first row.</param>
    /// <param name="end">The row after the last.</param>
    /// <param name="bias">Whether a last component of 1 is added.</param>
    public static SparseVectors Rows(Dataset data, int from, int end, bool bias) =>
        Collect(end - from, data.Features + (bias ? 1 : 0),
            (row, f) => f < data.Features ? data.Row(from + row)[f] : 1);

    /// <summary>Columns of a data set.</summary>
    public static SparseVectors Columns(Dataset data, int from, int end) =>
        Collect(end - from, data.Rows, (column, row) => data.Row(row)[from + column]);

    public ReadOnlySpan<int> Indices(int vector) => _indices.AsSpan(_starts[vector].._starts[vector + 1]);

    public ReadOnlySpan<float> Values(int vector) => _values.AsSpan(_starts[vector].._starts[vector + 1]);

    /// <summary>x · w.</summary>
    public double Dot(int vector, ReadOnlySpan<double> w)
    {
        var indices = Indices(vector);
        var values = Values(vector);
        var sum = 0.0;
        for (var i = 0; i < indices.Length; i++)
            sum += values[i] * w[indices[i]];
        return sum;
    }

    /// <summary>w += factor x.</summary>
    public void AddTo(int vector, double factor, Span<double> w)
    {
        var indices = Indices(vector);
        var values = Values(vector);
        for (var i = 0; i < indices.Length; i++)
            w[indices[i]] += factor * values[i];
    }

    private static SparseVectors Collect(int count, int length, Func<int, int, float> at)
    {
        var starts = new int[count + 1];
        var (indices, values) = (new List<int>(), new List<float>());
        for (var vector = 0; vector < count; vector++)
        {
            for (var i = 0; i < length; i++)
            {
                if (at(vector, i) is not 0 and var value)
                {
                    indices.Add(i);
                    values.Add(value);
                }
            }
            starts[vector + 1] = values.Count;
        }
        return new SparseVectors(starts, [.. indices], [.. values]);
    }
}
