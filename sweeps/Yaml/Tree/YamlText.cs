namespace TuneGraph;

/// <summary>Questions about the text of a YAML file that its parser does not answer.</summary>
internal static class YamlText
{
    /// <summary>
    /// Index of the first character that YAML 1.2.2 (production 1, c-printable) leaves out; null when there is none.
    /// </summary>
    public static int? FindControlCharacter(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            var control = char.IsControl(text[i]) && text[i] is not ('\t' or '\n' or '\r' or '\u0085');
            if (control || text[i] is '\uFFFE' or '\uFFFF')
                return i;
        }
        return null;
    }

    public static Place PlaceOf(ReadOnlySpan<char> text, int index)
    {
        var before = text[..index];
        return new Place(before.Count('\n') + 1, index - before.LastIndexOf('\n'));
    }

    /// <summary>The first tab that indents a line with content, from a line on.</summary>
    public static Place? FindTabIndent(string text, int fromLine)
    {
        var line = 0;
        foreach (var content in text.AsSpan().EnumerateLines())
        {
            line++;
            var indent = content[..(content.Length - content.TrimStart(" \t").Length)];
            if (line >= fromLine && indent.Length < content.Length && indent.Contains('\t'))
                return new Place(line, indent.IndexOf('\t') + 1);
        }
        return null;
    }

    public static char CharacterAt(string text, Place place)
    {
        var line = 0;
        foreach (var content in text.AsSpan().EnumerateLines())
        {
            if (++line == place.Line)
                return place.Column <= content.Length ? content[place.Column - 1] : '\0';
        }
        return '\0';
    }
}
