namespace TuneGraph;

/// <summary>A place where <c>$name</c> stands.</summary>
/// <param name="Place">Where in the file.</param>
/// <param name="Setting">The setting that the parameter gives, <c>model.dropout</c> for instance.</param>
/// <param name="Parameter">The name without its dollar sign.</param>
/// <param name="Expected">What the setting must be.</param>
/// <param name="Fault">The code of what is wrong with a value for this setting; null when it is allowed.</param>
/// <param name="NeedsValue">Whether nothing stands in for a parameter that takes no part.</param>
internal sealed record KnobUse(
    Place Place, string Setting, string Parameter, string Expected, Func<CoreScalar, string?> Fault, bool NeedsValue);

/// <summary>Reads a setting that is either fixed or, as <c>$name</c>, taken from a parameter of the space.</summary>
/// <param name="setting">Reads the fixed form, and judges the parameter's values.</param>
/// <param name="isLayer">Whether it is left out, and its layer, while the parameter takes no part.</param>
internal sealed class KnobReader<T>(ScalarReader<T> setting, bool isLayer = false) : Reader<Knob<T>>
    where T : struct
{
    public override string Expected => $"{setting.Expected}, or $name of a parameter";

    public override Knob<T> Read(Slot slot, Knob<T> otherwise)
    {
        if (slot.Node is not YamlScalar { Text: ['$', _, ..] text })
            return setting.Read(slot, otherwise.Value);
        var name = text[1..];
        var needsValue = !isLayer && otherwise.Value is int and 0 && setting.Try(CoreScalar.OfInt(0)).Fault is not null;
        slot.File.KnobUses.Add(new KnobUse(
            slot.Node.Place, slot.Path, name, setting.Expected, value => setting.Try(value).Fault, needsValue));
        return Knob<T>.From(name, otherwise.Value);
    }
}

/// <summary>Makes settings that may be searched over.</summary>
internal static class Knobs
{
    extension<T>(ScalarReader<T> setting)
        where T : struct
    {
        /// <summary>The same setting, or the name of a parameter that gives it.</summary>
        public KnobReader<T> OrParameter() => new(setting);

        /// <summary>The same, as the width of a layer that is left out while the parameter takes no part.</summary>
        public KnobReader<T> OrLeftOut() => new(setting, isLayer: true);
    }
}
