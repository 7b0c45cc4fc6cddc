namespace TuneGraph.Search;

/// <summary>
/// How a forest sees parameters: those with an order by their codes, the others by the index of their choice.
/// </summary>
internal sealed class ForestFeatures(IReadOnlyList<Parameter> parameters)
{
    /// <summary>How many categories each parameter has; 0 for one with an order, or with too many.</summary>
    public int[] Categories { get; } = [.. parameters.Select(CategoriesOf)];

    /// <summary>What the forest sees of a code; NaN of NaN.</summary>
    public double FromCode(int place, double code) => Categories[place] == 0 || double.IsNaN(code)
        ? code
        : ((CategoricalDistribution)parameters[place].Distribution).IndexAt(code);

    /// <summary>The value that the forest sees so.</summary>
    public ParameterValue Decode(int place, double feature) => Categories[place] == 0
        ? parameters[place].Distribution.Decode(feature)
        : parameters[place].Distribution.ValueAt((long)feature);

    /// <summary>
    /// The borders between the codes that each choice owns, from 0 to 1; null for a parameter without categories.
    /// </summary>
    public double[]? BordersOf(int place)
    {
        if (Categories[place] == 0)
            return null;
        var distribution = (CategoricalDistribution)parameters[place].Distribution;
        var borders = new double[Categories[place] + 1];
        for (var i = 0; i < distribution.Choices.Length; i++)
            borders[i + 1] = distribution.Cell(distribution.Code(distribution.Choices[i])).High;
        return borders;
    }

    private static int CategoriesOf(Parameter parameter) =>
        parameter.Distribution is CategoricalDistribution { Ordered: false } choice
        && choice.Choices.Length <= ForestData.MostCategories
            ? choice.Choices.Length
            : 0;
}
