using System.Collections;
using System.Text.RegularExpressions;

namespace TuneGraph;

/// <summary>
/// Takes secrets out of texts: the values of variables of the environment whose names say that they hold one, and those
/// it is told.
/// </summary>
internal sealed partial class SecretMask
{
    private const string Mask = "***";

    // Shorter ones would take common words out.
    private const int Shortest = 6;

    private readonly string[] _secrets;

    /// <param name="more">Secrets that no variable holds.</param>
    public SecretMask(params IEnumerable<string?> more)
    {
        var secrets = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .Where(variable => SecretName().IsMatch((string)variable.Key))
            .SelectMany(variable => In((string?)variable.Value ?? ""));
        _secrets =
        [
            .. secrets.Concat(more.OfType<string>()).Where(secret => secret.Length >= Shortest)
                .Distinct(StringComparer.Ordinal).OrderByDescending(secret => secret.Length),
        ];
    }

    /// <summary>The text without secrets.</summary>
    public string Hide(string text)
    {
        foreach (var secret in _secrets)
            text = text.Replace(secret, Mask, StringComparison.Ordinal);
        return text;
    }

    // A connection string is secret as a whole, and so is the password in it alone.
    private static IEnumerable<string> In(string value) =>
        Password().Match(value) is { Success: true } match ? [value, match.Groups["secret"].Value] : [value];

    [GeneratedRegex(
        "TOKEN|SECRET|PASSW|PASSPHRASE|API_?KEY|ACCESS_?KEY|PRIVATE_?KEY|CREDENTIAL|POSTGRES$|CONNECTION_?STRING",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex SecretName();

    [GeneratedRegex("(password|pwd)=(?<secret>[^;]+)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Password();
}
