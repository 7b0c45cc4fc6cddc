using System.Collections.Immutable;

namespace TuneGraph.Search;

/// <summary>
/// Which of a space's parameters are dimensions of a normal distribution (numeric ones), which are choices, and which
/// have one value only.
/// </summary>
internal sealed class CmaAxes
{
    /// <summary>More values than this are as good as a continuous range.</summary>
    private const long ManyValues = 1_000_000;

    private readonly SearchSpace _space;
    private readonly int[] _numeric; // places
    private readonly int[] _choices;

    public CmaAxes(SearchSpace space)
    {
        _space = space;
        var free = space.Parameters.Index().Where(p => p.Item.Distribution.Cardinality != 1).ToList();
        _numeric = [.. free.Where(p => p.Item.Distribution.HasOrder).Select(p => p.Index)];
        _choices = [.. free.Where(p => !p.Item.Distribution.HasOrder).Select(p => p.Index)];
        Numeric = [.. _numeric.Select(place => space.Parameters[place].Distribution)];
        Stepped = [.. Numeric.Select(distribution => distribution.Cardinality is <= ManyValues)];
        Weights = [.. _choices.Select(place => space.Parameters[place].Distribution)
            .Cast<CategoricalDistribution>().Select(choice => choice.Weights)];
    }

    /// <summary>The distributions of the numeric parameters.</summary>
    public IReadOnlyList<Distribution> Numeric { get; }

    /// <summary>Which of them are stepped so coarsely that a distribution could settle on one value.</summary>
    public IReadOnlyList<bool> Stepped { get; }

    /// <summary>How probable each choice of each categorical parameter is at first.</summary>
    public IReadOnlyList<ImmutableArray<double>> Weights { get; }

    /// <summary>The configuration with these codes and choices; those of inactive parameters are passed over.</summary>
    public Configuration Configuration(Func<int, double> code, int[] choices)
    {
        var values = new ParameterValue?[_space.Parameters.Length];
        for (int place = 0, numeric = 0, choice = 0; place < values.Length; place++)
        {
            var distribution = _space.Parameters[place].Distribution;
            var (isNumeric, isChoice) = (At(_numeric, numeric) == place, At(_choices, choice) == place);
            if (_space.IsActive(place, values))
            {
                values[place] = isChoice ? distribution.ValueAt(choices[choice])
                    : distribution.Decode(isNumeric ? code(numeric) : 0);
            }

            numeric += isNumeric ? 1 : 0;
            choice += isChoice ? 1 : 0;
        }

        return _space.Assemble(values);

        static int At(int[] places, int i) => i < places.Length ? places[i] : -1;
    }

    /// <summary>
    /// The codes of a configuration from elsewhere: NaN, and −1 among the choices, where it has no value of the
    /// space's.
    /// </summary>
    public (double[] Codes, int[] Choices) Codes(Configuration configuration)
    {
        double CodeOf(int place)
        {
            var parameter = _space.Parameters[place];
            return configuration.TryGet(parameter.Name, out var value) && parameter.Distribution.Contains(value)
                ? parameter.Distribution.Code(value)
                : double.NaN;
        }

        int ChoiceAt(int place, double code) =>
            double.IsNaN(code) ? -1 : ((CategoricalDistribution)_space.Parameters[place].Distribution).IndexAt(code);

        return (
            [.. _numeric.Select(CodeOf)],
            [.. _choices.Select(place => ChoiceAt(place, CodeOf(place)))]);
    }
}
