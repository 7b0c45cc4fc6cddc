namespace TuneGraph.Search;

/// <summary>
/// Kernels over a choice without an order: an observation's gives the c choices c/(n + 1) parts by their weights, and
/// one part more to the observed; the prior's are the weights.
/// </summary>
internal sealed class CategoricalAxis : KernelAxis
{
    private readonly CategoricalDistribution _distribution;
    private readonly int[] _observed;
    private readonly double[] _other; // probability of each choice where it was not observed
    private readonly double _gain; // what is added where it was

    public CategoricalAxis(CategoricalDistribution distribution, ReadOnlySpan<double> codes)
    {
        _distribution = distribution;
        _observed = new int[codes.Length];
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
            kernel == _observed.Length ? _distribution.IndexAt(u)
            : u < _gain ? _observed[kernel]
            : _distribution.IndexAt((u - _gain) / (1 - _gain));
        return _distribution.Code(_distribution.Choices[place]);
    }

    public override void AddConstants(Span<double> sums) { }

    public override void AddLogDensity(ReadOnlySpan<double> codes, Span<double> sums)
    {
        for (var c = 0; c < codes.Length; c++)
        {
            var row = sums.Slice(c * (_observed.Length + 1), _observed.Length + 1);
            var at = _distribution.IndexAt(codes[c]);
            var (other, same) = (Math.Log(_other[at]), Math.Log(_other[at] + _gain));
            for (var k = 0; k < _observed.Length; k++)
                row[k] += _observed[k] == at ? same : other;
            row[^1] += Math.Log(_distribution.Weights[at]);
        }
    }
}
