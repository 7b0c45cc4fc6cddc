using System.Collections.Immutable;
using System.Text;

namespace TuneGraph.Search;

internal enum TokenKind
{
    End,
    Number,
    Text,

    /// <summary>A name, a function or a keyword.</summary>
    Word,

    /// <summary>A name in backquotes.</summary>
    Quoted,
    Sign,
}

/// <summary>A piece of a condition's text.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">Its text, without quotes.</param>
/// <param name="Position">Where it begins, from 0.</param>
internal readonly record struct ExpressionToken(TokenKind Kind, string Text, int Position)
{
    private static readonly string[] _signs =
    [
        "==",
        "!=",
        "<=",
        ">=",
        "&&",
        "||",
        "<",
        ">",
        "+",
        "-",
        "*",
        "/",
        "%",
        "(",
        ")",
        "[",
        "]",
        ",",
        "=",
        "!",
        "&",
        "|",
    ];

    public bool Is(string sign) => Kind is TokenKind.Sign or TokenKind.Word && Text == sign;

    /// <summary>The pieces of a text, an end behind the last.</summary>
    public static ImmutableArray<ExpressionToken> Split(string text)
    {
        var tokens = ImmutableArray.CreateBuilder<ExpressionToken>();
        var at = 0;
        while (at < text.Length)
        {
            if (char.IsWhiteSpace(text[at]))
            {
                at++;
                continue;
            }

            var (token, length) = ReadAt(text, at);
            tokens.Add(token);
            at += length;
        }

        tokens.Add(new(TokenKind.End, "", text.Length));
        tokens.Add(new(TokenKind.End, "", text.Length)); // so that one can look past the next
        return tokens.DrainToImmutable();
    }

    private static (ExpressionToken Token, int Length) ReadAt(string text, int at)
    {
        var first = text[at];
        if (first is '\'' or '"')
            return Quote(text, at, first, TokenKind.Text, "text");
        if (first == '`')
            return Quote(text, at, first, TokenKind.Quoted, "name");
        if (char.IsAsciiDigit(first) || (first == '.' && at + 1 < text.Length && char.IsAsciiDigit(text[at + 1])))
            return Number(text, at);
        if (char.IsAsciiLetter(first) || first == '_')
        {
            var end = at + 1;
            while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] is '_' or '.'))
                end++;
            return (new(TokenKind.Word, text[at..end], at), end - at);
        }

        foreach (var sign in _signs)
        {
            if (string.CompareOrdinal(text, at, sign, 0, sign.Length) == 0)
                return (new(TokenKind.Sign, sign, at), sign.Length);
        }

        throw new ConditionException(text, at, $"the character '{first}' (U+{(int)first:X4}) has no meaning here");
    }

    /// <summary>A quote in the text is written twice.</summary>
    private static (ExpressionToken Token, int Length) Quote(
        string text,
        int at,
        char quote,
        TokenKind kind,
        string what
    )
    {
        var inside = new StringBuilder();
        for (var i = at + 1; i < text.Length; i++)
        {
            if (text[i] != quote)
                inside.Append(text[i]);
            else if (i + 1 < text.Length && text[i + 1] == quote)
                inside.Append(text[i++]);
            else
                return (new(kind, inside.ToString(), at), i + 1 - at);
        }

        throw new ConditionException(text, at, $"the {what} that begins here is never closed; add {quote}");
    }

    private static (ExpressionToken Token, int Length) Number(string text, int at)
    {
        var end = at;
        Digits();
        if (end < text.Length && text[end] == '.')
        {
            end++;
            Digits();
        }

        if (end < text.Length && text[end] is 'e' or 'E')
        {
            end++;
            if (end < text.Length && text[end] is '+' or '-')
                end++;
            if (end == text.Length || !char.IsAsciiDigit(text[end]))
                throw new ConditionException(text, at, "this number has an exponent without digits");
            Digits();
        }

        if (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] is '_' or '.'))
            throw new ConditionException(text, at, "this is neither a number nor a name; put text in quotes");
        return (new(TokenKind.Number, text[at..end], at), end - at);

        void Digits()
        {
            while (end < text.Length && char.IsAsciiDigit(text[end]))
                end++;
        }
    }
}
