using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using TuneGraph.Graph;

namespace TuneGraph;

/// <summary>
/// Reads what parameters are given: any value, or <c>{ resultOf: task }</c>, or <c>{ resultsOf: [task, task] }</c>.
/// </summary>
internal static class ArgumentReader
{
    public static ImmutableArray<MethodArgument> ReadAll(NamedSlots arguments) =>
        [.. arguments.Slots.Select(entry => Read(entry.Key, entry.Slot))];

    private static MethodArgument Read(string name, Slot slot) => slot.Node switch
    {
        YamlMap { Entries: [{ Key: "resultOf", Value: var node }] } =>
            new ResultArgument(name, KeyOf(slot.At("resultOf", node))),
        YamlMap { Entries: [{ Key: "resultsOf", Value: YamlList list }] } => new ResultsArgument(
            name,
            [.. list.Items.Select((item, index) => KeyOf(slot.At("resultsOf", list).AtItem(index, item)))]),
        _ => new ValueArgument(name, JsonOf(slot, slot.Node)),
    };

    private static TaskKey KeyOf(Slot slot) => Scalars.Text.Read(slot, "-");

    private static string JsonOf(Slot slot, YamlNode node) => node switch
    {
        YamlList list => $"[{string.Join(',', list.Items.Select(item => JsonOf(slot, item)))}]",
        YamlMap map => $"{{{string.Join(',', map.Entries.Select(entry =>
            $"{Quoted(entry.Key)}:{JsonOf(slot, entry.Value)}"))}}}",
        _ => JsonOf(slot, (YamlScalar)node),
    };

    private static string JsonOf(Slot slot, YamlScalar node)
    {
        var scalar = CoreScalar.Of(node);
        switch (scalar.Kind)
        {
            case ScalarKind.Null: return "null";
            case ScalarKind.Flag: return scalar.IsTrue ? "true" : "false";
            case ScalarKind.Int when scalar.Whole is { } whole: return whole.ToString(CultureInfo.InvariantCulture);
            case ScalarKind.Text: return Quoted(scalar.Text);
            default:
                if (double.IsFinite(scalar.Number))
                    return scalar.Number.ToString("R", CultureInfo.InvariantCulture);
                slot.File.Findings.Add(node.Place, DiagnosticCode.OutOfRange,
                    $"{slot.Name} must be a finite number, not {ScalarWords.Describe(scalar)}");
                return "0";
        }
    }

    private static string Quoted(string text) => $"\"{JsonEncodedText.Encode(text)}\"";
}
