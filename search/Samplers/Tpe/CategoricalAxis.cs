namespace TuneGraph.Search;

/// <summary>
/// Kernels over a choice without an order: an observation's gives the c choices c/(n + 1) parts by their weights, and
/// one part more to the observed; the prior's are the weights.
/// </summary>
internal sealed class CategoricalAxis : KernelAxis
{
    private readonly CategoricalDistribution _distribution;
    private readonly TpeScratch _scratch;
    private readonly int[] _observed;
    private readonly int _observations;
    private readonly double[] _other; // probability of each choice where it was not observed
    private readonly double _gain; // what is added where it was
    private double[][] _asked = [];

    public CategoricalAxis(CategoricalDistribution distribution, ReadOnlySpan<double> codes, TpeScratch scratch)
    {
        _distribution = distribution;
        _scratch = scratch;
        _observations = codes.Length;
        _observed = scratch.Integers(codes.Length);
        for (var k = 0; k < codes.Length; k++)
            _observed[k] = distribution.IndexAt(codes[k]);
        var smooth = distribution.Choices.Length / (codes.Length + 1.0);
        _gain = 1 / (1 + smooth);
        _other = [.. distribution.Weights.Select(weight => smooth * weight / (1 + smooth))];
    }

    public override double Draw(int kernel, SearchRandom random)
    {
        var u = random.NextDouble();
        var place =
            kernel == _observations ? _distribution.IndexAt(u)
            : u < _gain ? _observed[kernel]
            : _distribution.IndexAt((u - _gain) / (1 - _gain));
        return _distribution.Code(_distribution.Choices[place]);
    }

    public override void AddConstants(Span<double> sums) { }

    public override void Ask(ReadOnlySpan<double> codes)
    {
        var rows = new KernelRows(_observations + 1, _scratch);
        _asked = new double[codes.Length][];
        for (var c = 0; c < codes.Length; c++)
        {
            var row = _asked[c] = rows.At(codes[c], out var isNew);
            if (isNew)
                FillRow(_distribution.IndexAt(codes[c]), row);
        }
    }

    public override void AddLogDensity(int candidate, int first, Span<double> sums) =>
        Vectors.Add(_asked[candidate].AsSpan(first, sums.Length), sums);

    private void FillRow(int at, double[] row)
    {
        var (other, same) = (Math.Log(_other[at]), Math.Log(_other[at] + _gain));
        for (var k = 0; k < _observations; k++)
            row[k] = _observed[k] == at ? same : other;
        row[_observations] = Math.Log(_distribution.Weights[at]);
    }
}
