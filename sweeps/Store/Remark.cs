using System.Collections.Immutable;

namespace TuneGraph;

/// <summary>What somebody notes about a study or a trial.</summary>
public sealed record Remark
{
    /// <summary>The longest note, in characters.</summary>
    public const int MostCharacters = 10_000;

    /// <summary>The most tags of one remark.</summary>
    public const int MostTags = 20;

    private const int LongestTag = 40;

    /// <summary>A remark; with neither a note nor tags it takes away what was noted before.</summary>
    /// <param name="trial">The trial; null for the study as a whole.</param>
    /// <param name="note">Free text.</param>
    /// <param name="tags">Words to find it by: each of 1 to 40 characters without white space or commas.</param>
    /// <exception cref="ArgumentException">The note is too long, or a tag is none.</exception>
    public Remark(int? trial, string note, IEnumerable<string> tags)
    {
        ArgumentNullException.ThrowIfNull(note);
        ArgumentNullException.ThrowIfNull(tags);
        (Trial, Note) = (trial, note.ReplaceLineEndings("\n").Trim());
        Tags = [.. tags.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        if (trial < 0)
            throw new ArgumentException($"There is no trial {trial}; trials count from 0.", nameof(trial));
        if (Note.Length > MostCharacters)
        {
            throw new ArgumentException(
                $"The note has {Note.Length} characters; at most {MostCharacters} are kept.", nameof(note));
        }

        if (Tags.Length > MostTags)
            throw new ArgumentException($"There are {Tags.Length} tags; at most {MostTags} are kept.", nameof(tags));
        if (Tags.FirstOrDefault(tag => !IsTag(tag)) is { } bad)
        {
            throw new ArgumentException(
                $"'{bad}' is no tag: give 1 to {LongestTag} characters without white space or commas.", nameof(tags));
        }
    }

    /// <summary>The trial; null for the study as a whole.</summary>
    public int? Trial { get; }

    /// <summary>Free text; empty for none.</summary>
    public string Note { get; }

    /// <summary>Its tags, in order and each once.</summary>
    public ImmutableArray<string> Tags { get; }

    /// <summary>Whether it takes away what was noted before.</summary>
    internal bool IsEmpty => Note.Length == 0 && Tags.IsEmpty;

    /// <summary>Tags as people write them: apart by white space or commas.</summary>
    public static ImmutableArray<string> Split(string tags)
    {
        ArgumentNullException.ThrowIfNull(tags);
        return [.. tags.Split([' ', ',', '\t', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries)];
    }

    private static bool IsTag(string tag) =>
        tag.Length is >= 1 and <= LongestTag && !tag.Any(c => char.IsWhiteSpace(c) || char.IsControl(c) || c == ',');
}
