using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace TuneGraph.Training;

/// <summary>512-bit registers: AVX-512.</summary>
internal readonly unsafe struct Lanes512<T> : ILanes<T, Vector512<T>>
    where T : unmanaged
{
    public static int Count => Vector512<T>.Count;

    public static Vector512<T> Broadcast(T value) => Vector512.Create(value);
    public static Vector512<T> Load(T* source) => Vector512.Load(source);
    public static void Store(Vector512<T> value, T* target) => value.Store(target);
    public static Vector512<T> Add(Vector512<T> a, Vector512<T> b) => a + b;
    public static Vector512<T> Subtract(Vector512<T> a, Vector512<T> b) => a - b;
    public static Vector512<T> Multiply(Vector512<T> a, Vector512<T> b) => a * b;
    public static Vector512<T> Divide(Vector512<T> a, Vector512<T> b) => a / b;
    public static Vector512<T> Max(Vector512<T> a, Vector512<T> b) => Vector512.Max(a, b);
    public static Vector512<T> Abs(Vector512<T> a) => Vector512.Abs(a);
    public static Vector512<T> Sqrt(Vector512<T> a) => Vector512.Sqrt(a);
    public static T Sum(Vector512<T> a) => Vector512.Sum(a);
    public static Vector512<T> LessThan(Vector512<T> a, Vector512<T> b) => Vector512.LessThan(a, b);

    public static Vector512<T> Exceeds(Vector512<T> a, Vector512<T> b) =>
        Vector512.GreaterThan(a, b) | Vector512.IsNaN(a);

    public static Vector512<T> Select(Vector512<T> mask, Vector512<T> yes, Vector512<T> no) =>
        Vector512.ConditionalSelect(mask, yes, no);

    public static void Store(Vector512<T> value, int* target)
    {
        if (typeof(T) == typeof(float))
        {
            Vector512.ConvertToInt32Native(value.AsSingle()).Store(target);
            return;
        }
        for (var lane = 0; lane < Count; lane++)
            target[lane] = (int)value.AsDouble()[lane];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> FusedMultiplyAdd(Vector512<T> a, Vector512<T> b, Vector512<T> c) =>
        typeof(T) == typeof(float)
            ? Vector512.FusedMultiplyAdd(a.AsSingle(), b.AsSingle(), c.AsSingle()).As<float, T>()
            : Vector512.FusedMultiplyAdd(a.AsDouble(), b.AsDouble(), c.AsDouble()).As<double, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Exp(Vector512<T> a) => typeof(T) == typeof(float)
        ? Vector512.Exp(a.AsSingle()).As<float, T>()
        : Vector512.Exp(a.AsDouble()).As<double, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Even(Vector512<T> first, Vector512<T> second) => Avx512F.IsSupported
        ? EverySecond(first, 0, second)
        : Vector512.Create(
            Lanes256<T>.Even(first.GetLower(), first.GetUpper()),
            Lanes256<T>.Even(second.GetLower(), second.GetUpper()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<T> Odd(Vector512<T> first, Vector512<T> second) => Avx512F.IsSupported
        ? EverySecond(first, 1, second)
        : Vector512.Create(
            Lanes256<T>.Odd(first.GetLower(), first.GetUpper()),
            Lanes256<T>.Odd(second.GetLower(), second.GetUpper()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> EverySecond(Vector512<T> first, int from, Vector512<T> second) =>
        typeof(T) == typeof(float)
        ? Avx512F.PermuteVar16x32x2(
            first.AsSingle(), Vector512.CreateSequence(from, 2), second.AsSingle()).As<float, T>()
        : Avx512F.PermuteVar8x64x2(
            first.AsDouble(), Vector512.CreateSequence((long)from, 2), second.AsDouble()).As<double, T>();
}
