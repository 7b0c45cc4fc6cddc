namespace TuneGraph.Search;

/// <summary>
/// Stands at one combination of a grid after another, as an odometer does, in a conditional space too. Combinations
/// that break a rule are passed over, as early as the parameters of the rule have their values.
/// </summary>
internal sealed class GridWalk
{
    private readonly SearchSpace _space;
    private readonly GridAxis[] _axes;
    private readonly BoundCondition[][] _rules; // by the last place that a rule looks at
    private readonly long[] _digits;
    private readonly ParameterValue?[] _values;

    /// <summary>Stands at the first combination.</summary>
    public GridWalk(SearchSpace space, GridOptions options)
    {
        _space = space;
        _axes = [.. space.Parameters.Select(p => new GridAxis(p.Distribution, options))];
        var rules = space.BoundRules.ToArray();
        _rules = [.. _axes.Select((_, place) => rules.Where(rule => LastOf(rule) == place).ToArray())];
        _digits = new long[_axes.Length];
        _values = new ParameterValue?[_axes.Length];
        FillFrom(0);
    }

    /// <summary>The combination; null behind the last one.</summary>
    public Configuration? Current { get; private set; }

    /// <summary>Goes on to the next combination.</summary>
    public void Advance() => FillFrom(Turn(_axes.Length - 1));

    /// <summary>
    /// Sets the parameters from this place on to their first value, or inactive; where that breaks a rule, goes back to
    /// turn an earlier digit. From -1 on there is nothing.
    /// </summary>
    private void FillFrom(int place)
    {
        while (place >= 0 && place < _axes.Length)
        {
            _values[place] = null;
            var kept = _space.IsActive(place, _values) ? TurnToAllowed(place, 0) : KeepsRules(place);
            place = kept ? place + 1 : Turn(place - 1);
        }

        Current = place < 0 ? null : _space.Assemble(_values);
    }

    /// <summary>
    /// Turns the last of the digits up to this place that can be turned; gives the place behind it, or -1 for none.
    /// </summary>
    private int Turn(int place)
    {
        while (place >= 0 && (_values[place] is null || !TurnToAllowed(place, _digits[place] + 1)))
            place--;
        return place < 0 ? -1 : place + 1;
    }

    /// <summary>Takes the first digit from this one on with which the rules so far are kept; false for none.</summary>
    private bool TurnToAllowed(int place, long digit)
    {
        for (; digit < _axes[place].Count; digit++)
        {
            _digits[place] = digit;
            _values[place] = _axes[place][digit];
            if (KeepsRules(place))
                return true;
        }

        return false;
    }

    private static int LastOf(BoundCondition rule) => rule.Places.DefaultIfEmpty(0).Max();

    private bool KeepsRules(int place)
    {
        foreach (var rule in _rules[place])
        {
            if (rule.Holds(_values) == false)
                return false;
        }

        return true;
    }
}
