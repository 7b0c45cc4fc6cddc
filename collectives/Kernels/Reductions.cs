using System.Numerics;
using System.Runtime.CompilerServices;

namespace TuneGraph.Collectives;

/// <summary>
/// One way to combine two values, alone and by vectors; a struct, so that the JIT inlines it into the loops.
/// </summary>
internal interface IReduction<T> where T : unmanaged, INumber<T>
{
    static abstract T Of(T left, T right);
    static abstract Vector<T> Of(Vector<T> left, Vector<T> right);
}

internal readonly struct SumOf<T> : IReduction<T> where T : unmanaged, INumber<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Of(T left, T right) => left + right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<T> Of(Vector<T> left, Vector<T> right) => left + right;
}

internal readonly struct MinOf<T> : IReduction<T> where T : unmanaged, INumber<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Of(T left, T right) => T.Min(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<T> Of(Vector<T> left, Vector<T> right) => Vector.Min(left, right);
}

internal readonly struct MaxOf<T> : IReduction<T> where T : unmanaged, INumber<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Of(T left, T right) => T.Max(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<T> Of(Vector<T> left, Vector<T> right) => Vector.Max(left, right);
}
