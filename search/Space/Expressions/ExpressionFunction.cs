namespace TuneGraph.Search;

/// <summary>A function of numbers.</summary>
/// <param name="Name">As it is written.</param>
/// <param name="Fewest">Fewest arguments.</param>
/// <param name="Most">Most arguments.</param>
/// <param name="Of">Its value.</param>
internal sealed record ExpressionFunction(string Name, int Fewest, int Most, Func<double[], double> Of)
{
    public static IReadOnlyDictionary<string, ExpressionFunction> All { get; } =
        new ExpressionFunction[]
        {
            new("abs", 1, 1, x => Math.Abs(x[0])),
            new("ceil", 1, 1, x => Math.Ceiling(x[0])),
            new("exp", 1, 1, x => Math.Exp(x[0])),
            new("floor", 1, 1, x => Math.Floor(x[0])),
            new("log", 1, 1, x => Math.Log(x[0])),
            new("log10", 1, 1, x => Math.Log10(x[0])),
            new("log2", 1, 1, x => Math.Log2(x[0])),
            new("max", 2, 16, x => x.Max()),
            new("min", 2, 16, x => x.Min()),
            new("pow", 2, 2, x => Math.Pow(x[0], x[1])),
            new("round", 1, 1, x => Math.Round(x[0], MidpointRounding.AwayFromZero)),
            new("sqrt", 1, 1, x => Math.Sqrt(x[0])),
        }.ToDictionary(function => function.Name, StringComparer.Ordinal);
}
