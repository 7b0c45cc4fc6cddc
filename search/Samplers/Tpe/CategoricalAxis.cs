namespace TuneGraph.Search;

/// <summary>
/// Kernels over a choice: an observation's gives each of the c choices 1/(n + 1) parts, and one part more to the
/// observed;
/// the prior's is uniform.
/// </summary>
internal sealed class CategoricalAxis : KernelAxis
{
    private readonly int _choices;
    private readonly int[] _observed;
    private readonly double _other; // probability of a choice that was not observed
    private readonly double _same;

    public CategoricalAxis(int choices, ReadOnlySpan<double> codes)
    {
        _choices = choices;
        _observed = new int[codes.Length];
        for (var k = 0; k < codes.Length; k++)
            _observed[k] = (int)codes[k];
        var share = 1.0 / (codes.Length + 1);
        _other = share / (1 + (choices * share));
        _same = (1 + share) / (1 + (choices * share));
    }

    public override double Draw(int kernel, SearchRandom random)
    {
        var u = random.NextDouble();
        if (kernel == _observed.Length)
            return Math.Floor(u * _choices);
        if (u < _same - _other)
            return _observed[kernel];
        return Math.Min(Math.Floor((u - (_same - _other)) / _other), _choices - 1);
    }

    public override void AddConstants(Span<double> sums)
    {
        var log = Math.Log(_other);
        foreach (ref var sum in sums[..^1])
            sum += log;
        sums[^1] -= Math.Log(_choices);
    }

    public override void AddLogDensity(ReadOnlySpan<double> codes, Span<double> sums)
    {
        var gain = Math.Log(_same / _other);
        for (var c = 0; c < codes.Length; c++)
        {
            var row = sums.Slice(c * (_observed.Length + 1), _observed.Length);
            var code = (int)codes[c];
            for (var k = 0; k < row.Length; k++)
                row[k] += _observed[k] == code ? gain : 0;
        }
    }
}
