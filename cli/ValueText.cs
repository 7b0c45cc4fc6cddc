using System.Text.Json;

namespace TuneGraph.Cli;

/// <summary>Values of parameters as people write them on a command line.</summary>
internal static class ValueText
{
    /// <summary>What reads as a number or a flag is one; all else is text.</summary>
    public static JsonElement Read(string text)
    {
        try
        {
            using var parsed = JsonDocument.Parse(text);
            if (parsed.RootElement.ValueKind is JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False)
                return parsed.RootElement.Clone();
        }
        catch (JsonException)
        {
            // A text without quotes.
        }

        using var quoted = JsonDocument.Parse($"\"{JsonEncodedText.Encode(text)}\"");
        return quoted.RootElement.Clone();
    }

    /// <summary>Reads <c>1e-4..0.1</c>, <c>..0.1</c>, <c>1e-4..</c> or <c>sgd, adam</c>.</summary>
    /// <exception cref="FormatException">Nothing stands there.</exception>
    public static ParameterRange ReadRange(string text)
    {
        if (text.Trim() is "" or "..")
            throw new FormatException("A range is 'LOW..HIGH', with one end left out if it stays, or all choices.");
        var middle = text.IndexOf("..", StringComparison.Ordinal);
        var all = text.Trim().Trim('[', ']').Split(',');
        return middle < 0
            ? new ParameterRange { Choices = [.. all.Select(one => Read(one.Trim()))] }
            : new ParameterRange { Low = End(text[..middle]), High = End(text[(middle + 2)..]) };
    }

    private static JsonElement? End(string text) => text.Trim() is { Length: > 0 } end ? Read(end) : null;
}
