using System.Globalization;
using TuneGraph.Search;

namespace TuneGraph.Dashboard;

/// <summary>A configuration as the fields of a form, one for each parameter; an empty field leaves one out.</summary>
internal static class TrialForm
{
    /// <summary>Begins the name of each field, so that a parameter may be called as any other field is.</summary>
    public const string Prefix = "p.";

    /// <exception cref="SearchSpaceException">A field holds no value of its parameter.</exception>
    public static Configuration Read(SearchSpace space, IFormCollection form) =>
        new(from parameter in space.Parameters
            let text = form[Prefix + parameter.Name].ToString().Trim()
            where text.Length > 0
            select KeyValuePair.Create(parameter.Name, Value(parameter, text)));

    /// <summary>What follows <c>tunegraph enqueue STUDY</c> for a configuration.</summary>
    public static string Arguments(Configuration configuration) =>
        string.Join(' ', configuration.Items.Select(item =>
            $"--set {Helm.Quoted($"{item.Key}={Exact(item.Value)}")}"));

    /// <summary>A value with all its digits.</summary>
    public static string Exact(ParameterValue value) =>
        value.Kind == ParameterKind.Float
            ? value.AsFloat().ToString("R", CultureInfo.InvariantCulture)
            : value.ToString();

    private static ParameterValue Value(Parameter parameter, string text)
    {
        const NumberStyles Number = NumberStyles.Float;
        var invariant = CultureInfo.InvariantCulture;
        ParameterValue? value = parameter.Distribution switch
        {
            FloatDistribution when double.TryParse(text, Number, invariant, out var number) => number,
            IntDistribution when long.TryParse(text, NumberStyles.AllowLeadingSign, invariant, out var whole) => whole,
            CategoricalDistribution choices => Choice(choices, text),
            _ => null,
        };
        return value is { } given && parameter.Distribution.Contains(given)
            ? given
            : throw new SearchSpaceException(
                parameter.Name, $"'{parameter.Name}' is '{text}'; allowed is {parameter.Distribution}.");
    }

    private static ParameterValue? Choice(CategoricalDistribution choices, string text)
    {
        foreach (var choice in choices.Choices)
        {
            if (Exact(choice) == text)
                return choice;
        }

        return null;
    }
}
