using System.Collections.Immutable;

namespace TuneGraph;

/// <summary>The entries of a mapping whose keys are names that the user gives.</summary>
internal readonly record struct NamedSlots(Slot Owner, ImmutableArray<(string Key, Slot Slot)> Slots);

/// <summary>Reads a mapping whose keys are names that the user gives.</summary>
/// <param name="expected">What has to stand there.</param>
/// <param name="read">Reads all entries.</param>
internal sealed class NamedEntries<T>(string expected, Func<NamedSlots, ImmutableArray<T>> read)
    : Reader<ImmutableArray<T>>
{
    public override string Expected => expected;

    public override ImmutableArray<T> Read(Slot slot, ImmutableArray<T> otherwise)
    {
        if (slot.Node is YamlMap map)
            return read(new(slot, [.. map.Entries.Select(entry => (entry.Key, slot.At(entry.Key, entry.Value)))]));
        FailType(slot);
        return otherwise;
    }
}
