namespace TuneGraph.Search;

/// <summary>One thing to be tuned.</summary>
/// <param name="Name">
/// A letter or underscore, then letters, digits, underscores, dots and hyphens (ASCII):
/// <c>[A-Za-z_][A-Za-z0-9_.-]*</c>.
/// </param>
/// <param name="Distribution">The values that it can take.</param>
/// <param name="When">When it takes part in a trial; null, the default, for always.</param>
/// <exception cref="ArgumentException">The name is not of that form.</exception>
public sealed record Parameter(string Name, Distribution Distribution, Condition? When = null)
{
    /// <summary>The name, unique in its space.</summary>
    public string Name { get; } = IsName(Name)
        ? Name
        : throw new ArgumentException(
            $"'{Name}' is not a parameter's name: use a letter or _ and then letters, digits, _, . or -.",
            nameof(Name));

    /// <summary>The values that it can take.</summary>
    public Distribution Distribution { get; } = Distribution ?? throw new ArgumentNullException(nameof(Distribution));

    /// <summary>When it takes part in a trial; null for always.</summary>
    public Condition? When { get; } = When;

    /// <summary>For example <c>momentum: float 0..0.99 when optimizer in (sgd)</c>.</summary>
    public override string ToString() => $"{Name}: {Distribution}{(When is null ? "" : $" when {When}")}";

    private static bool IsName(string? name) =>
        name is { Length: > 0 }
        && (char.IsAsciiLetter(name[0]) || name[0] == '_')
        && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-');
}
