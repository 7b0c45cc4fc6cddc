using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace TuneGraph.Training;

/// <summary>256-bit registers: AVX2 with FMA.</summary>
internal readonly unsafe struct Lanes256<T> : ILanes<T, Vector256<T>>
    where T : unmanaged
{
    public static int Count => Vector256<T>.Count;

    public static Vector256<T> Broadcast(T value) => Vector256.Create(value);
    public static Vector256<T> Load(T* source) => Vector256.Load(source);
    public static void Store(Vector256<T> value, T* target) => value.Store(target);
    public static Vector256<T> Add(Vector256<T> a, Vector256<T> b) => a + b;
    public static Vector256<T> Subtract(Vector256<T> a, Vector256<T> b) => a - b;
    public static Vector256<T> Multiply(Vector256<T> a, Vector256<T> b) => a * b;
    public static Vector256<T> Divide(Vector256<T> a, Vector256<T> b) => a / b;
    public static Vector256<T> Max(Vector256<T> a, Vector256<T> b) => Vector256.Max(a, b);
    public static Vector256<T> Abs(Vector256<T> a) => Vector256.Abs(a);
    public static Vector256<T> Sqrt(Vector256<T> a) => Vector256.Sqrt(a);
    public static T Sum(Vector256<T> a) => Vector256.Sum(a);
    public static Vector256<T> LessThan(Vector256<T> a, Vector256<T> b) => Vector256.LessThan(a, b);

    public static Vector256<T> Exceeds(Vector256<T> a, Vector256<T> b) =>
        Vector256.GreaterThan(a, b) | Vector256.IsNaN(a);

    public static Vector256<T> Select(Vector256<T> mask, Vector256<T> yes, Vector256<T> no) =>
        Vector256.ConditionalSelect(mask, yes, no);

    public static void Store(Vector256<T> value, int* target)
    {
        if (typeof(T) == typeof(float))
        {
            Vector256.ConvertToInt32Native(value.AsSingle()).Store(target);
            return;
        }
        for (var lane = 0; lane < Count; lane++)
            target[lane] = (int)value.AsDouble()[lane];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> FusedMultiplyAdd(Vector256<T> a, Vector256<T> b, Vector256<T> c) =>
        typeof(T) == typeof(float)
            ? Vector256.FusedMultiplyAdd(a.AsSingle(), b.AsSingle(), c.AsSingle()).As<float, T>()
            : Vector256.FusedMultiplyAdd(a.AsDouble(), b.AsDouble(), c.AsDouble()).As<double, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Exp(Vector256<T> a) => typeof(T) == typeof(float)
        ? Vector256.Exp(a.AsSingle()).As<float, T>()
        : Vector256.Exp(a.AsDouble()).As<double, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Even(Vector256<T> first, Vector256<T> second) => Vector256.Create(
        Lanes128<T>.Even(first.GetLower(), first.GetUpper()), Lanes128<T>.Even(second.GetLower(), second.GetUpper()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<T> Odd(Vector256<T> first, Vector256<T> second) => Vector256.Create(
        Lanes128<T>.Odd(first.GetLower(), first.GetUpper()), Lanes128<T>.Odd(second.GetLower(), second.GetUpper()));
}
