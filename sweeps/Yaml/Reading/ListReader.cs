using System.Collections.Immutable;

namespace TuneGraph;

/// <summary>Reads a list.</summary>
/// <param name="item">Reads each item.</param>
/// <param name="fewest">Fewest items allowed.</param>
/// <param name="most">Most items allowed.</param>
/// <param name="fallback">Stands for an item that could not be read.</param>
internal sealed class ListReader<T>(Reader<T> item, int fewest, int most, T fallback) : Reader<ImmutableArray<T>>
{
    public override string Expected =>
        $"a list of {(fewest > 0 ? $"{fewest} to {most}" : $"at most {most}")} items, each {item.Expected}";

    public override ImmutableArray<T> Read(Slot slot, ImmutableArray<T> otherwise)
    {
        if (slot.Node is not YamlList list)
        {
            FailType(slot);
            return otherwise;
        }
        if (list.Items.Length < fewest || list.Items.Length > most)
        {
            slot.Fail(DiagnosticCode.OutOfRange, $"{slot.Name} must be {Expected}; it has {list.Items.Length}");
            return otherwise;
        }
        return [.. list.Items.Select((node, i) => item.Read(slot.AtItem(i, node), fallback))];
    }
}
