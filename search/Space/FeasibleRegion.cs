namespace TuneGraph.Search;

/// <summary>
/// The configurations of a space that keep its rules, known by a few of them (the anchors), which are found once, when
/// the space is made. Everything here works on codes, one for each parameter, the inactive ones too.
/// </summary>
internal sealed class FeasibleRegion
{
    private const int Anchors = 16;
    private const int FreeDraws = 64;
    private const int Halvings = 30;

    private readonly SearchSpace _space;
    private readonly List<double[]> _anchors = [];

    /// <exception cref="SearchSpaceException">No configuration that keeps the rules was found.</exception>
    public FeasibleRegion(SearchSpace space)
    {
        _space = space;
        var random = new SearchRandom(0x5bd1e995);
        var (codes, values) = (new double[space.Parameters.Length], new ParameterValue?[space.Parameters.Length]);
        for (var i = 0; i < 2048 && _anchors.Count < Anchors; i++)
        {
            Fill(codes, random);
            if (Keeps(codes, values))
                _anchors.Add([.. codes]);
        }

        if (_anchors.Count == 0)
            _anchors.Add(Descend(random));
        while (_anchors.Count < Anchors)
        {
            var next = (double[])_anchors[^1].Clone();
            for (var sweep = 0; sweep < 4; sweep++)
                Sweep(next, values, random);
            _anchors.Add(next);
        }
    }

    /// <summary>
    /// A draw among those that keep the rules: by rejection while that is quick, then by a walk from an anchor that
    /// redraws one parameter after another within the rules (slice sampling with shrinkage, Neal 2003).
    /// </summary>
    public Configuration Draw(SearchRandom random)
    {
        var (codes, values) = (new double[_space.Parameters.Length], new ParameterValue?[_space.Parameters.Length]);
        for (var i = 0; i < FreeDraws; i++)
        {
            Fill(codes, random);
            if (Keeps(codes, values))
                return _space.Assemble(values);
        }

        _anchors[(int)random.NextInt64(_anchors.Count)].CopyTo(codes, 0);
        Sweep(codes, values, random);
        Sweep(codes, values, random);
        Keeps(codes, values);
        return _space.Assemble(values);
    }

    /// <summary>
    /// Moves a configuration towards the nearest anchor until it keeps the rules: numbers along a straight line, and
    /// choices one after another where that is not enough. In at most 31 · (choices + 1) steps it is there.
    /// </summary>
    public Configuration Repair(Configuration configuration)
    {
        var start = CodesOf(configuration);
        var anchor = _anchors.MinBy(candidate => Distance(start, candidate))!;
        for (var i = 0; i < start.Length; i++)
            start[i] = double.IsNaN(start[i]) ? anchor[i] : start[i];
        var (codes, values) = (new double[start.Length], new ParameterValue?[start.Length]);
        for (var choice = -1; choice < start.Length; choice++)
        {
            if (choice >= 0)
            {
                if (HasOrder(choice))
                    continue;
                start[choice] = anchor[choice];
            }

            if (!KeepsAt(1))
                continue;
            var (breaks, keeps) = (0.0, 1.0);
            for (var i = 0; i < Halvings; i++)
            {
                var middle = (breaks + keeps) / 2;
                (breaks, keeps) = KeepsAt(middle) ? (breaks, middle) : (middle, keeps);
            }

            KeepsAt(keeps);
            break;
        }

        return _space.Assemble(values);

        bool KeepsAt(double share)
        {
            for (var i = 0; i < codes.Length; i++)
                codes[i] = HasOrder(i) ? start[i] + (share * (anchor[i] - start[i])) : start[i];
            return Keeps(codes, values);
        }
    }

    private static void Fill(double[] codes, SearchRandom random)
    {
        foreach (ref var code in codes.AsSpan())
            code = random.NextDouble();
    }

    private bool HasOrder(int place) => _space.Parameters[place].Distribution.HasOrder;

    /// <summary>Puts the values of the codes in place and looks whether they keep the rules.</summary>
    private bool Keeps(double[] codes, ParameterValue?[] values)
    {
        Decode(codes, values);
        return _space.Allows(values);
    }

    private void Decode(double[] codes, ParameterValue?[] values)
    {
        for (var i = 0; i < codes.Length; i++)
        {
            values[i] = null;
            if (_space.IsActive(i, values))
                values[i] = _space.Parameters[i].Distribution.Decode(codes[i]);
        }
    }

    /// <summary>The codes of the values; NaN where a parameter has none.</summary>
    private double[] CodesOf(Configuration configuration)
    {
        var values = _space.ActiveValues(configuration, _space.Parameters.Length);
        var codes = new double[values.Length];
        for (var i = 0; i < codes.Length; i++)
            codes[i] = values[i] is { } value ? _space.Parameters[i].Distribution.Code(value) : double.NaN;
        return codes;
    }

    private double Distance(double[] codes, double[] anchor)
    {
        var sum = 0.0;
        for (var i = 0; i < codes.Length; i++)
        {
            if (double.IsNaN(codes[i]))
                continue;
            var distribution = _space.Parameters[i].Distribution;
            sum += HasOrder(i) ? Math.Pow(codes[i] - anchor[i], 2)
                : distribution.Decode(codes[i]) == distribution.Decode(anchor[i]) ? 0
                : 1;
        }

        return sum;
    }

    /// <summary>Redraws each code in turn, from where the rules stay kept; the codes keep them already.</summary>
    private void Sweep(double[] codes, ParameterValue?[] values, SearchRandom random)
    {
        for (var i = 0; i < codes.Length; i++)
        {
            var (old, low, high) = (codes[i], 0.0, 1.0);
            codes[i] = random.NextDouble();
            for (var tries = 0; tries < 24 && !Keeps(codes, values); tries++)
            {
                (low, high) = codes[i] < old ? (codes[i], high) : (low, codes[i]);
                codes[i] = low + (random.NextDouble() * (high - low));
            }

            if (!Keeps(codes, values))
                codes[i] = old;
        }
    }

    /// <summary>
    /// Codes that keep the rules, found by small changes that never miss by more: from several starts, in a bounded
    /// number of steps.
    /// </summary>
    private double[] Descend(SearchRandom random)
    {
        const int Starts = 20;
        var steps = 1000 + (200 * _space.Parameters.Length);
        var (codes, values) = (new double[_space.Parameters.Length], new ParameterValue?[_space.Parameters.Length]);
        for (var start = 0; start < Starts; start++)
        {
            Fill(codes, random);
            var misses = Misses(codes, values);
            for (var step = 0; step < steps && misses > 0; step++)
            {
                var place = (int)random.NextInt64(codes.Length);
                var old = codes[place];
                var reach = Math.Pow(10, -4 * random.NextDouble());
                codes[place] = random.NextInt64(4) == 0
                    ? random.NextDouble()
                    : Math.Clamp(old + (reach * ((2 * random.NextDouble()) - 1)), 0, 1);
                var next = Misses(codes, values);
                if (next <= misses)
                    misses = next;
                else
                    codes[place] = old;
            }

            if (misses == 0)
                return codes;
        }

        throw NoneFound(codes, values);
    }

    private double Misses(double[] codes, ParameterValue?[] values)
    {
        Decode(codes, values);
        var sum = 0.0;
        foreach (var rule in _space.BoundRules)
            sum += rule.Misses(values);
        return sum;
    }

    /// <summary>Names a rule that was still broken at the end.</summary>
    private SearchSpaceException NoneFound(double[] codes, ParameterValue?[] values)
    {
        Decode(codes, values);
        foreach (var rule in _space.BoundRules)
        {
            if (rule.Holds(values) == false)
                return new(
                    rule.Source.Parents.FirstOrDefault() ?? "",
                    $"No configuration was found that keeps all rules; the nearest one breaks {rule.Source}. "
                        + "Loosen the rules, or turn an equation of continuous parameters into a parameter less.");
        }

        return new("", "No configuration was found that keeps all rules; loosen them.");
    }
}
