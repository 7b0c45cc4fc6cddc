namespace TuneGraph;

/// <summary>Where a sweep in C# begins: <c>Sweep.Named("digits").Maximize("val_accuracy")…RunAsync()</c>.</summary>
public static class Sweep
{
    /// <summary>A sweep of that name, to be described further.</summary>
    /// <param name="name">Letters, digits, <c>.</c>, <c>_</c> and <c>-</c>.</param>
    /// <exception cref="ArgumentException">The name is empty or has other characters.</exception>
    public static SweepBuilder Named(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (!name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-'))
            throw new ArgumentException(
                $"A sweep's name is made of letters, digits, '.', '_' and '-', but this one is '{name}'.",
                nameof(name)
            );
        return new SweepBuilder(name);
    }
}
