using System.Collections.Immutable;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace TuneGraph;

/// <summary>
/// Builds a tree from YamlDotNet's events and lets nothing dangerous or surprising through: no anchors, aliases, merge
/// keys and tags, no second document, no repeated keys, no endless nesting. It keeps its own stack, so that depth can
/// never overflow the thread's.
/// </summary>
internal sealed class YamlTree
{
    public const int MaxBytes = 1 << 20;
    public const int MaxEvents = 100_000;
    public const int MaxDepth = 32;
    public const string TooLarge =
        "the file is larger than 1 MB, the most that a sweep may have; keep data in files of its own";

    private readonly string _text;
    private readonly Findings _findings;
    private readonly Stack<OpenNode> _open = new();
    private YamlNode? _root;
    private bool _hasAlias;
    private Place _last = Place.Start;

    private YamlTree(string text, Findings findings) => (_text, _findings) = (text, findings);

    /// <summary>
    /// The document's root; null when the text cannot be used at all. What is wrong goes to <paramref
    /// name="findings"/>.
    /// </summary>
    public static YamlNode? Read(string text, Findings findings)
    {
        if (text.Length > MaxBytes)
        {
            findings.Add(Place.Start, DiagnosticCode.FileTooLarge, TooLarge);
            return null;
        }
        if (YamlText.FindControlCharacter(text) is { } control)
        {
            findings.Add(YamlText.PlaceOf(text, control), DiagnosticCode.Syntax,
                $"the character U+{(int)text[control]:X4} is not allowed in YAML; remove it");
            return null;
        }
        return new YamlTree(text, findings).Read();
    }

    private YamlNode? Read()
    {
        var parser = new Parser(new StringReader(_text));
        try
        {
            for (var events = 1; parser.MoveNext(); events++)
            {
                var current = parser.Current!;
                _last = PlaceOf(current.Start);
                if (events > MaxEvents)
                    Refuse(DiagnosticCode.TooManyElements,
                        $"the file has more than {MaxEvents} YAML elements; keep data in files of its own");
                if (events > MaxEvents || !Take(current))
                    return null;
            }
        }
        catch (YamlException exception)
        {
            RefuseSyntax(exception.Start.Line > 0 ? PlaceOf(exception.Start) : _last, exception.Message);
            return null;
        }
        catch (InvalidOperationException)
        {
            // YamlDotNet 18.1 trips over its own state, and says nothing, where a '[' or '{' is not closed.
            RefuseSyntax(_last, "something is missing after this");
            return null;
        }
        if (_root is not (null or YamlScalar { Plain: true, Text: "" }))
            return _hasAlias ? null : _root; // with holes in it the rest would only be misread
        _findings.Add(Place.Start, DiagnosticCode.EmptyFile,
            "the file is empty; a sweep starts with 'apiVersion: tunegraph/v1'");
        return null;
    }

    /// <summary>Adds one event to the tree; false to give up.</summary>
    private bool Take(ParsingEvent current)
    {
        switch (current)
        {
            case DocumentStart when _root is not null:
                return Refuse(DiagnosticCode.SeveralDocuments,
                    "a second document starts here; a file holds one sweep, so remove '---' or split the file");
            case AnchorAlias alias:
                _findings.Add(_last, DiagnosticCode.AliasRefused,
                    $"alias '*{Words.Short(alias.Value.Value)}' is not allowed; write the value out");
                _hasAlias = true;
                Attach(new YamlScalar(_last, "", Plain: true));
                return true;
            case Scalar scalar:
                CheckNode(scalar);
                Attach(new YamlScalar(_last, scalar.Value, Plain: scalar.Style == ScalarStyle.Plain));
                return true;
            case MappingStart or SequenceStart:
                CheckNode((NodeEvent)current);
                _open.Push(new OpenNode(_last, current is MappingStart));
                return _open.Count <= MaxDepth || Refuse(DiagnosticCode.TooDeep,
                    $"this is nested more than {MaxDepth} levels deep; no sweep needs that");
            case MappingEnd or SequenceEnd:
                Attach(_open.Pop().Close());
                return true;
            default:
                return true;
        }
    }

    private void CheckNode(NodeEvent node)
    {
        if (!node.Anchor.IsEmpty)
            _findings.Add(_last, DiagnosticCode.AliasRefused,
                $"anchor '&{Words.Short(node.Anchor.Value)}' is not allowed; " +
                "remove it and write the value out where it is needed");
        if (!node.Tag.IsEmpty)
            _findings.Add(_last, DiagnosticCode.TagRefused,
                $"tag '{Words.Short(node.Tag.Value)}' is not allowed; " +
                "remove it, and put text in quotes where it looks like a number");
    }

    private void Attach(YamlNode node)
    {
        if (_open.Count == 0)
            _root = node;
        else
            _open.Peek().Add(node, _findings);
    }

    /// <summary>Reports what is wrong here; always false.</summary>
    private bool Refuse(string code, string message)
    {
        _findings.Add(_last, code, message);
        return false;
    }

    private void RefuseSyntax(Place place, string reason)
    {
        var tab = YamlText.FindTabIndent(_text, _last.Line);
        if (tab is { } indent && (indent.Line == place.Line || reason.Contains("tab", StringComparison.Ordinal)))
        {
            _findings.Add(indent, DiagnosticCode.Syntax,
                "this line is indented with a tab; YAML allows only spaces there");
            return;
        }
        var start = _open.Count > 0 ? _open.Peek().Place : Place.Start;
        var hint = _open.Count > 0 && YamlText.CharacterAt(_text, start) is '[' or '{'
            ? $"is the '{YamlText.CharacterAt(_text, start)}' at {start} closed?"
            : "check quotes, colons and indentation";
        _findings.Add(place, DiagnosticCode.Syntax, $"this is no valid YAML: {Words.Sentence(reason)}; {hint}");
    }

    private static Place PlaceOf(Mark mark) => new((int)mark.Line, (int)mark.Column);

    /// <summary>A mapping or a sequence whose end has not come yet.</summary>
    private sealed class OpenNode(Place place, bool isMap)
    {
        private readonly ImmutableArray<YamlNode>.Builder _items = ImmutableArray.CreateBuilder<YamlNode>();
        private readonly ImmutableArray<YamlEntry>.Builder _entries = ImmutableArray.CreateBuilder<YamlEntry>();
        private readonly Dictionary<string, Place> _keys = new(StringComparer.Ordinal);
        private YamlNode? _key;

        public Place Place => place;

        public void Add(YamlNode node, Findings findings)
        {
            if (!isMap)
            {
                _items.Add(node);
                return;
            }
            if (_key is null)
            {
                _key = node;
                return;
            }
            AddEntry(_key, node, findings);
            _key = null;
        }

        private void AddEntry(YamlNode keyNode, YamlNode value, Findings findings)
        {
            if (keyNode is not YamlScalar { Text: var key, Plain: var plain })
                findings.Add(keyNode.Place, DiagnosticCode.KeyIsNoText,
                    "a key must be a word, not a list or a mapping");
            else if (plain && key == "<<")
                findings.Add(keyNode.Place, DiagnosticCode.AliasRefused,
                    "merge key '<<' is not allowed; write the keys out");
            else if (!_keys.TryAdd(key, keyNode.Place))
                findings.Add(keyNode.Place, DiagnosticCode.DuplicateKey,
                    $"key '{Words.Short(key)}' is already given at {_keys[key]}; remove one of the two");
            else
                _entries.Add(new YamlEntry(keyNode.Place, key, value));
        }

        public YamlNode Close() =>
            isMap ? new YamlMap(place, _entries.ToImmutable()) : new YamlList(place, _items.ToImmutable());
    }
}
