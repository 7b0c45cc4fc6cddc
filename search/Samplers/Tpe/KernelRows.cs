namespace TuneGraph.Search;

/// <summary>
/// What is added to each kernel for some values that several candidates may share: a row for each value.
/// </summary>
internal sealed class KernelRows(int kernels, TpeScratch scratch)
{
    private readonly List<(double Code, double[] Row)> _rows = [];

    /// <summary>The row of this code; <paramref name="isNew"/> when it is still to be filled.</summary>
    public double[] At(double code, out bool isNew)
    {
        foreach (var (known, row) in _rows)
        {
            if (known == code)
            {
                isNew = false;
                return row;
            }
        }

        isNew = true;
        var made = scratch.Doubles(kernels);
        _rows.Add((code, made));
        return made;
    }
}
