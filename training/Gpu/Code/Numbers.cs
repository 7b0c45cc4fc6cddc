using ILGPU;

namespace TuneGraph.Training;

/// <summary>
/// Numbers in a device's memory, in the precision that they are kept in; kernels read and write float32 all the same.
/// All threads of a launch take the same way here.
/// </summary>
internal struct Numbers
{
    /// <summary>The memory, half as long as there are numbers if they are narrow.</summary>
    public ArrayView<float> Values;

    /// <summary>0 for float32, else what <see cref="Precision"/> calls it.</summary>
    public int Format;

    /// <summary>The same numbers, four by four.</summary>
    public readonly NumberQuads Quads => new() { Values = Values, Format = Format };

    public readonly float this[int i]
    {
        get => Format == 0 ? Values[i] : NarrowNumber.Widen(Values.Cast<ushort>()[i], Format);
        set
        {
            if (Format == 0)
                Values[i] = value;
            else
                Values.Cast<ushort>()[i] = (ushort)NarrowNumber.Narrow(value, Format);
        }
    }

    public readonly float this[long i]
    {
        get => Format == 0 ? Values[i] : NarrowNumber.Widen(Values.Cast<ushort>()[i], Format);
        set
        {
            if (Format == 0)
                Values[i] = value;
            else
                Values.Cast<ushort>()[i] = (ushort)NarrowNumber.Narrow(value, Format);
        }
    }

    /// <summary>Numbers of float32.</summary>
    public static implicit operator Numbers(ArrayView<float> values) => new() { Values = values };
}

/// <summary>Numbers of which a thread loads and stores four at once.</summary>
internal struct NumberQuads
{
    public ArrayView<float> Values;
    public int Format;

    public readonly Float4 this[long i]
    {
        get
        {
            if (Format == 0)
                return Values.Cast<Float4>()[i];
            var bits = Values.Cast<ulong>()[i];
            return new Float4(
                NarrowNumber.Widen((uint)bits & 0xFFFF, Format),
                NarrowNumber.Widen((uint)(bits >> 16) & 0xFFFF, Format),
                NarrowNumber.Widen((uint)(bits >> 32) & 0xFFFF, Format),
                NarrowNumber.Widen((uint)(bits >> 48), Format));
        }
        set
        {
            if (Format == 0)
            {
                Values.Cast<Float4>()[i] = value;
                return;
            }
            Values.Cast<ulong>()[i] = NarrowNumber.Narrow(value.X, Format)
                | ((ulong)NarrowNumber.Narrow(value.Y, Format) << 16)
                | ((ulong)NarrowNumber.Narrow(value.Z, Format) << 32)
                | ((ulong)NarrowNumber.Narrow(value.W, Format) << 48);
        }
    }
}
