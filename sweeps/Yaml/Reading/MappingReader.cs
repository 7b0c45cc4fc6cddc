namespace TuneGraph;

/// <summary>Reads a mapping with known keys.</summary>
/// <param name="read">Asks for the keys and makes the value.</param>
internal sealed class MappingReader<T>(Func<Fields, T> read) : Reader<T>
{
    public override string Expected => "a mapping of keys to values";

    public override T Read(Slot slot, T otherwise)
    {
        if (slot.Node is not YamlMap map)
        {
            FailType(slot);
            return otherwise;
        }
        var fields = new Fields(map, slot);
        var value = read(fields);
        fields.Close();
        return value;
    }
}

/// <summary>
/// Reads a mapping whose <c>type</c> decides which other keys there are. The bare type is short for a mapping with
/// nothing else: <c>sampler: tpe</c>.
/// </summary>
internal sealed class TypedReader<T> : Reader<T>
{
    private readonly ScalarReader<Func<Fields, T>?> _type;

    public TypedReader(params (string Type, Func<Fields, T> Read)[] types) =>
        _type = Scalars.OneOf(Array.ConvertAll(types, type => (type.Type, (Func<Fields, T>?)type.Read)));

    public override string Expected => $"a mapping whose type is {_type.Expected}";

    public override T Read(Slot slot, T otherwise)
    {
        if (slot.Node is YamlList)
        {
            FailType(slot);
            return otherwise;
        }
        var fields = new Fields(slot.Node as YamlMap ?? new YamlMap(slot.Node.Place, []), slot);
        var read = slot.Node is YamlMap ? fields.Required("type", _type, null) : _type.Read(slot, null);
        if (read is null)
        {
            fields.RefuseMissing([]); // which other keys there are, nobody can tell
            return otherwise;
        }
        var value = read(fields);
        fields.Close();
        return value;
    }
}
