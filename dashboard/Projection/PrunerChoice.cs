using System.Globalization;
using TuneGraph.Search;

namespace TuneGraph.Dashboard;

/// <summary>A pruner as it is chosen on the page: a name and numbers.</summary>
/// <param name="Name">As sweeps write it.</param>
/// <param name="Fields">Its numbers: the key as sweeps write it, and what it is unless it is given.</param>
/// <param name="Make">Makes the pruner of these numbers; may throw <see cref="ArgumentException"/>.</param>
internal sealed record PrunerChoice(
    string Name, IReadOnlyList<(string Key, double Plain)> Fields, Func<Func<string, double>, Pruner> Make)
{
    private static readonly (string, double)[] _halving = [("minResource", 1), ("reduction", 3)];

    /// <summary>What there is to choose from.</summary>
    public static IReadOnlyList<PrunerChoice> All { get; } =
    [
        new("asha", _halving, number => new SuccessiveHalvingPruner(Halving(number))),
        new("hyperband", _halving, number => new HyperbandPruner(Halving(number))),
        new("median", [("startupTrials", 5), ("warmupSteps", 0)], number => new MedianPruner(new MedianOptions
        {
            StartupTrials = Whole(number("startupTrials")),
            WarmupSteps = Whole(number("warmupSteps")),
        })),
        new("percentile", [("percentile", 25), ("startupTrials", 5), ("warmupSteps", 0)], number =>
            new PercentilePruner(new PercentileOptions
            {
                Percentile = number("percentile"),
                StartupTrials = Whole(number("startupTrials")),
                WarmupSteps = Whole(number("warmupSteps")),
            })),
        new("auto", _halving, number => new AutoPruner(Halving(number))),
        new("curve", [("threshold", 0.01), ("startupTrials", 3)], number => new CurvePruner(new CurveOptions
        {
            Threshold = number("threshold"),
            StartupTrials = Whole(number("startupTrials")),
        })),
        new("none", [], _ => new NoPruner()),
    ];

    /// <summary>The pruner that a query names.</summary>
    /// <exception cref="ArgumentException">There is none of that name, or a number is wrong.</exception>
    public static Pruner Read(IQueryCollection query)
    {
        var name = query["pruner"].ToString();
        var choice = All.FirstOrDefault(one => one.Name == name)
            ?? throw new ArgumentException(
                $"There is no pruner '{name}' to replay; take {string.Join(", ", All.Select(one => one.Name))}.");
        return choice.Make(key => Number(query, key, choice.Fields.First(field => field.Key == key).Plain));
    }

    private static double Number(IQueryCollection query, string key, double plain)
    {
        var text = query[key].ToString();
        if (text.Length == 0)
            return plain;
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && double.IsFinite(number)
                ? number
                : throw new ArgumentException($"'{key}' is '{text}', which is no number.");
    }

    private static int Whole(double number) =>
        number == Math.Round(number) && Math.Abs(number) < int.MaxValue
            ? (int)number
            : throw new ArgumentException($"{number.ToString(CultureInfo.InvariantCulture)} is no whole number.");

    private static SuccessiveHalvingOptions Halving(Func<string, double> number) => new()
    {
        MinResource = Whole(number("minResource")),
        ReductionFactor = Whole(number("reduction")),
    };
}
