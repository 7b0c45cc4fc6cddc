using System.Text;
using System.Text.RegularExpressions;

namespace TuneGraph.Dashboard;

/// <summary>
/// Joins modules into one script for a page that may fetch nothing: each becomes a function that gives what it exports.
/// It understands the two forms in which our own modules import and export, and no others.
/// </summary>
internal static partial class ScriptBundle
{
    /// <summary>A module with all that it imports.</summary>
    public static string Of(string entry)
    {
        var text = new StringBuilder("const modules = {};\n");
        Add(entry, [], text);
        return text.ToString();
    }

    private static void Add(string name, HashSet<string> known, StringBuilder text)
    {
        if (!known.Add(name))
            return;
        var source = Assets.Text(name);
        foreach (Match import in Import().Matches(source))
            Add(import.Groups["file"].Value, known, text);
        var exports = Export().Matches(source).Select(match => match.Groups["name"].Value);
        source = Import().Replace(source, "const {${names}} = modules[\"${file}\"];");
        source = Export().Replace(source, "${kind}${name}");
        text.Append("modules[\"").Append(name).Append("\"] = (() => {\n").Append(source)
            .Append("return { ").AppendJoin(", ", exports).Append(" };\n})();\n");
    }

    [GeneratedRegex("""^import \{(?<names>[^}]+)\} from "/assets/(?<file>[\w.-]+)";$""", RegexOptions.Multiline)]
    private static partial Regex Import();

    [GeneratedRegex("""^export (?<kind>(?:async )?(?:function|class|const) )(?<name>\w+)""", RegexOptions.Multiline)]
    private static partial Regex Export();
}
