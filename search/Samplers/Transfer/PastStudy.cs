namespace TuneGraph.Search;

/// <summary>
/// A past study as seen from the space of the present one: the trials whose values of the parameters that both have in
/// common lie in the present space. What the past study did not search has no place among its codes, and its model says
/// nothing about it.
/// </summary>
internal sealed class PastStudy
{
    private const int MostTrials = 100;
    private const int FewestTrials = 5;
    private const double Unknown = 0.5; // the code of what was not searched, of the numeric kind

    private readonly bool[] _shared; // by place
    private readonly double[] _unknown; // the code that stands for all of a parameter's values

    private PastStudy(string name, SearchSpace space, bool[] shared, List<(double[] Codes, double Loss)> trials)
    {
        (Name, _shared) = (name, shared);
        _unknown = [.. space.Parameters.Select(p => p.Distribution.Code(p.Distribution.Decode(Unknown)))];
        Codes = [.. trials.Select(trial => Masked(trial.Codes))];
        Losses = [.. trials.Select(trial => trial.Loss)];
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>The codes of its trials, in the present space.</summary>
    public double[][] Codes { get; }

    /// <summary>Their losses, in the past study's own scale.</summary>
    public double[] Losses { get; }

    /// <summary>The study in this space; null where too few trials or no parameter fit.</summary>
    public static PastStudy? In(
        SearchSpace space, string name, IReadOnlyList<TrialImported> trials, StudyHistory history)
    {
        bool[] shared = [.. space.Parameters.Select(parameter => IsShared(parameter, trials))];
        if (!shared.Contains(true))
            return null;
        var fitting = new List<(double[] Codes, double Loss)>();
        foreach (var trial in trials)
        {
            if (CodesOf(trial.Configuration, space, shared) is { } codes)
                fitting.Add((codes, history.Loss(trial.Values[0])));
        }

        return fitting.Count < FewestTrials ? null : new(name, space, shared, Thinned(fitting));
    }

    /// <summary>Codes of the present space with those that the past study says nothing about made equal.</summary>
    public double[] Masked(ReadOnlySpan<double> codes)
    {
        var masked = codes.ToArray();
        for (var i = 0; i < masked.Length; i++)
            masked[i] = _shared[i] ? masked[i] : _unknown[i];
        return masked;
    }

    /// <summary>Most trials that have a value, or could have one, have one that the present study could take.</summary>
    private static bool IsShared(Parameter parameter, IReadOnlyList<TrialImported> trials)
    {
        if (parameter.Distribution.Cardinality == 1)
            return false;
        var (known, fitting) = (0, 0);
        foreach (var trial in trials)
        {
            if (!trial.Configuration.TryGet(parameter.Name, out var value))
                continue;
            known++;
            fitting += parameter.Distribution.Contains(value) ? 1 : 0;
        }

        var asked = parameter.When is null ? trials.Count : known;
        return fitting > 0 && 2 * fitting >= asked;
    }

    private static double[]? CodesOf(Configuration configuration, SearchSpace space, bool[] shared)
    {
        var codes = new double[shared.Length];
        for (var i = 0; i < codes.Length; i++)
        {
            var parameter = space.Parameters[i];
            codes[i] = double.NaN;
            if (!shared[i])
                continue;
            if (!configuration.TryGet(parameter.Name, out var value))
            {
                if (parameter.When is null)
                    return null;
                continue;
            }

            if (!parameter.Distribution.Contains(value))
                return null;
            codes[i] = parameter.Distribution.Code(value);
        }

        return codes;
    }

    /// <summary>Of many trials the better half, and an even selection of the others.</summary>
    private static List<(double[] Codes, double Loss)> Thinned(List<(double[] Codes, double Loss)> trials)
    {
        if (trials.Count <= MostTrials)
            return trials;
        const int Half = MostTrials / 2;
        var ranked = trials.OrderBy(trial => trial.Loss).ToList();
        var rest = ranked.Skip(Half).ToList();
        return [.. ranked.Take(Half), .. Enumerable.Range(0, Half).Select(k => rest[k * rest.Count / Half])];
    }
}
