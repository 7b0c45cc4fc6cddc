namespace TuneGraph.Search;

/// <summary>Where a trial stands in a Hyperband study.</summary>
/// <param name="Round">Which run through all brackets, from 0.</param>
/// <param name="Bracket">The bracket s: how many rungs its trials meet.</param>
internal readonly record struct BracketPlace(int Round, int Bracket);

/// <summary>
/// The brackets of Hyperband (Li et al., JMLR 2018, Algorithm 1): s_max = ⌊log_η(R / r)⌋; bracket s starts
/// n_s = ⌈(s_max + 1) · η^s / (s + 1)⌉ trials, whose rungs stand at R·η^−s, …, R·η^−1. Trials fill the brackets from
/// s_max to 0, and then again.
/// </summary>
internal sealed class HyperbandBrackets
{
    private readonly int[] _rungs; // R·η^−j at j − 1
    private readonly int[] _sizes;
    private readonly int _round;

    public HyperbandBrackets(int maxResource, int minResource, int factor)
    {
        var rungs = new List<int>();
        for (var step = (double)maxResource / factor; step >= minResource; step /= factor)
            rungs.Add((int)Math.Round(step));
        _rungs = [.. rungs.Distinct().Where(step => step >= 1 && step < maxResource)];
        _sizes = new int[_rungs.Length + 1];
        for (var s = 0; s < _sizes.Length; s++)
            _sizes[s] = (int)Math.Ceiling(Math.Round(_sizes.Length * Math.Pow(factor, s) / (s + 1), 9));
        _round = _sizes.Sum();
    }

    /// <summary>s_max.</summary>
    public int Most => _rungs.Length;

    /// <summary>How many trials a bracket starts with.</summary>
    public int SizeOf(int bracket) => _sizes[bracket];

    /// <summary>The step of a bracket's rung, its lowest being 0; null above its last.</summary>
    public int? StepOf(int bracket, int rung) => rung < bracket ? _rungs[bracket - 1 - rung] : null;

    /// <summary>The place of the trial with this number.</summary>
    public BracketPlace PlaceOf(int trial)
    {
        var (round, left) = Math.DivRem(trial, _round);
        var bracket = Most;
        while (left >= _sizes[bracket])
            left -= _sizes[bracket--];
        return new(round, bracket);
    }
}
