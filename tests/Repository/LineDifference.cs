namespace TuneGraph.Tests.Repository;

/// <summary>What changed between two texts, line by line.</summary>
internal static class LineDifference
{
    /// <summary>The lines that went (<c>-</c>) and came (<c>+</c>), below the less indented line before them.</summary>
    public static List<string> Of(string[] before, string[] after)
    {
        var common = CommonLengths(before, after);
        var result = new List<string>();
        var (i, j) = (0, 0);
        var told = new HashSet<string>(); // headings, and what stands in the result anyway
        while (i < before.Length || j < after.Length)
        {
            if (i < before.Length && j < after.Length && before[i] == after[j])
            {
                (i, j) = (i + 1, j + 1);
                continue;
            }

            var goes = j == after.Length || (i < before.Length && common[i + 1, j] >= common[i, j + 1]);
            if ((goes ? HeadingOf(before, i) : HeadingOf(after, j)) is { } heading && told.Add(heading))
                result.Add("  " + heading);
            var line = goes ? before[i++] : after[j++];
            told.Add(line);
            result.Add((goes ? "- " : "+ ") + line);
        }

        return result;
    }

    private static string? HeadingOf(string[] lines, int at)
    {
        for (var above = at - 1; above >= 0; above--)
        {
            if (Indent(lines[above]) < Indent(lines[at]) && lines[above].Trim() != "{")
                return lines[above];
        }

        return null;
    }

    private static int Indent(string line) => line.Length - line.TrimStart().Length;

    /// <summary>At [i, j]: how many lines the rests from i and from j have in common, in order.</summary>
    private static int[,] CommonLengths(string[] before, string[] after)
    {
        var common = new int[before.Length + 1, after.Length + 1];
        for (var i = before.Length - 1; i >= 0; i--)
        {
            for (var j = after.Length - 1; j >= 0; j--)
            {
                common[i, j] = before[i] == after[j]
                    ? common[i + 1, j + 1] + 1
                    : Math.Max(common[i + 1, j], common[i, j + 1]);
            }
        }

        return common;
    }
}
