namespace TuneGraph.Search;

/// <summary>
/// Stands at one combination of a grid after another, as an odometer does, in a conditional space too.
/// </summary>
internal sealed class GridWalk
{
    private readonly SearchSpace _space;
    private readonly GridAxis[] _axes;
    private readonly long[] _digits;
    private readonly ParameterValue?[] _values;

    /// <summary>Stands at the first combination.</summary>
    public GridWalk(SearchSpace space, GridOptions options)
    {
        _space = space;
        _axes = [.. space.Parameters.Select(p => new GridAxis(p.Distribution, options))];
        _digits = new long[_axes.Length];
        _values = new ParameterValue?[_axes.Length];
        FillFrom(0);
    }

    /// <summary>The combination; null behind the last one.</summary>
    public Configuration? Current { get; private set; }

    /// <summary>Goes on to the next combination.</summary>
    public void Advance()
    {
        for (var i = _axes.Length - 1; i >= 0; i--)
        {
            if (_values[i] is null || ++_digits[i] == _axes[i].Count)
                continue; // inactive, or carried: FillFrom resets it
            _values[i] = _axes[i][_digits[i]];
            FillFrom(i + 1);
            return;
        }

        Current = null;
    }

    /// <summary>Sets the parameters from this place on to their first value, or inactive.</summary>
    private void FillFrom(int place)
    {
        for (var i = place; i < _axes.Length; i++)
        {
            _digits[i] = 0;
            _values[i] = null;
            if (_space.IsActive(i, _values))
                _values[i] = _axes[i][0];
        }

        Current = _space.Assemble(_values);
    }
}
