using System.Globalization;

namespace TuneGraph.Dashboard;

/// <summary>A change of a study's budget as the fields of a form; an empty field leaves its bound as it is.</summary>
internal static class BudgetForm
{
    /// <exception cref="ArgumentException">A field holds no number.</exception>
    public static StudyChange Read(IFormCollection form) => new()
    {
        Trials = Number<int>(form, "trials"),
        Steps = Number<int>(form, "steps"),
        Cost = Number<double>(form, "cost"),
        Priority = Number<int>(form, "priority"),
    };

    private static T? Number<T>(IFormCollection form, string name)
        where T : struct, IParsable<T>
    {
        var text = form[name].ToString().Trim();
        if (text.Length == 0)
            return null;
        return T.TryParse(text, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new ArgumentException($"'{name}' is '{text}'; write a number.");
    }
}
