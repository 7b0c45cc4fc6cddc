using System.Collections.Immutable;

namespace TuneGraph;

/// <summary>Keeps the items of <c>require</c> or <c>forbid</c> until all parameters are known.</summary>
internal sealed class RulesReader : Reader<ImmutableArray<Slot>>
{
    private const int MostRules = 1000;

    public override string Expected => $"a list of 1 to {MostRules} conditions";

    public override ImmutableArray<Slot> Read(Slot slot, ImmutableArray<Slot> otherwise)
    {
        if (slot.Node is not YamlList { Items: { Length: > 0 and <= MostRules } items })
        {
            FailType(slot);
            return otherwise;
        }
        return [.. items.Select((item, i) => slot.AtItem(i, item))];
    }
}
