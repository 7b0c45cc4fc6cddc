namespace TuneGraph;

/// <summary>Describes scalars in messages.</summary>
internal static class ScalarWords
{
    /// <summary>Numbers and flags as they are written, text in quotes.</summary>
    public static string Describe(CoreScalar scalar) => scalar.Kind switch
    {
        ScalarKind.Null => "nothing",
        ScalarKind.Text => $"'{Words.Short(scalar.Text)}'",
        _ => Words.Short(scalar.Text),
    };

    /// <summary>"one of a, b, c", or the name itself where there is but one.</summary>
    public static string OneOf(IReadOnlyList<string> names) =>
        names.Count == 1 ? $"'{names[0]}'" : $"one of {string.Join(", ", names)}";
}
