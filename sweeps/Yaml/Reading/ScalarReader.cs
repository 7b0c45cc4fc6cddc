namespace TuneGraph;

/// <summary>What came of reading a scalar: a value, or the code of what is wrong with it.</summary>
internal readonly record struct Outcome<T>(T? Value, string? Fault = null)
{
    public static implicit operator Outcome<T>(T value) => new(value);
}

/// <summary>Reads a single value.</summary>
/// <param name="expected">What has to stand there.</param>
/// <param name="read">Makes the value of a scalar that is not null.</param>
/// <param name="names">The names to choose from, where the value is one of some.</param>
internal sealed class ScalarReader<T>(string expected, Func<CoreScalar, Outcome<T>> read, params string[] names)
    : Reader<T>
{
    public override string Expected => expected;

    /// <summary>The value of a scalar that is not null, without a report.</summary>
    public Outcome<T> Try(CoreScalar scalar) => read(scalar);

    public override T Read(Slot slot, T otherwise)
    {
        if (slot.Node is not YamlScalar node)
        {
            FailType(slot);
            return otherwise;
        }
        var scalar = CoreScalar.Of(node);
        if (scalar.Kind == ScalarKind.Null)
        {
            slot.Fail(DiagnosticCode.NoValue, $"{slot.Name} has no value; it must be {expected}");
            return otherwise;
        }
        var outcome = read(scalar);
        if (outcome.Fault is not { } fault)
            return outcome.Value!;
        slot.Fail(fault, $"{slot.Name} must be {expected}, not {ScalarWords.Describe(scalar)}{Hint(node, scalar)}");
        return otherwise;
    }

    private string Hint(YamlScalar node, CoreScalar scalar)
    {
        if (scalar.Text is ['$', _, ..])
            return "; this setting is fixed and takes no parameter";
        if (!node.Plain && read(CoreScalar.Of(node with { Plain = true })).Fault is null)
            return "; remove the quotes";
        if (scalar.Kind != ScalarKind.Text && read(CoreScalar.OfText(scalar.Text)).Fault is null)
            return "; put it in quotes to make it text";
        return Words.DidYouMean(scalar.Text, names);
    }
}
