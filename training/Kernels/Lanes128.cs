using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace TuneGraph.Training;

/// <summary>128-bit registers: Neon, or x64 without AVX2.</summary>
internal readonly unsafe struct Lanes128<T> : ILanes<T, Vector128<T>>
    where T : unmanaged
{
    public static int Count => Vector128<T>.Count;

    public static Vector128<T> Broadcast(T value) => Vector128.Create(value);
    public static Vector128<T> Load(T* source) => Vector128.Load(source);
    public static void Store(Vector128<T> value, T* target) => value.Store(target);
    public static Vector128<T> Add(Vector128<T> a, Vector128<T> b) => a + b;
    public static Vector128<T> Subtract(Vector128<T> a, Vector128<T> b) => a - b;
    public static Vector128<T> Multiply(Vector128<T> a, Vector128<T> b) => a * b;
    public static Vector128<T> Divide(Vector128<T> a, Vector128<T> b) => a / b;
    public static Vector128<T> Max(Vector128<T> a, Vector128<T> b) => Vector128.Max(a, b);
    public static Vector128<T> Abs(Vector128<T> a) => Vector128.Abs(a);
    public static Vector128<T> Sqrt(Vector128<T> a) => Vector128.Sqrt(a);
    public static T Sum(Vector128<T> a) => Vector128.Sum(a);
    public static Vector128<T> LessThan(Vector128<T> a, Vector128<T> b) => Vector128.LessThan(a, b);

    public static Vector128<T> Exceeds(Vector128<T> a, Vector128<T> b) =>
        Vector128.GreaterThan(a, b) | Vector128.IsNaN(a);

    public static Vector128<T> Select(Vector128<T> mask, Vector128<T> yes, Vector128<T> no) =>
        Vector128.ConditionalSelect(mask, yes, no);

    public static void Store(Vector128<T> value, int* target)
    {
        if (typeof(T) == typeof(float))
        {
            Vector128.ConvertToInt32Native(value.AsSingle()).Store(target);
            return;
        }
        for (var lane = 0; lane < Count; lane++)
            target[lane] = (int)value.AsDouble()[lane];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> FusedMultiplyAdd(Vector128<T> a, Vector128<T> b, Vector128<T> c) =>
        typeof(T) == typeof(float)
            ? Vector128.FusedMultiplyAdd(a.AsSingle(), b.AsSingle(), c.AsSingle()).As<float, T>()
            : Vector128.FusedMultiplyAdd(a.AsDouble(), b.AsDouble(), c.AsDouble()).As<double, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Exp(Vector128<T> a) => typeof(T) == typeof(float)
        ? Vector128.Exp(a.AsSingle()).As<float, T>()
        : Vector128.Exp(a.AsDouble()).As<double, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Even(Vector128<T> first, Vector128<T> second)
    {
        if (typeof(T) == typeof(double))
            return Vector128.Create(first.GetLower(), second.GetLower());
        return AdvSimd.Arm64.IsSupported
            ? AdvSimd.Arm64.UnzipEven(first.AsSingle(), second.AsSingle()).As<float, T>()
            : Sse.Shuffle(first.AsSingle(), second.AsSingle(), 0b10_00_10_00).As<float, T>();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Odd(Vector128<T> first, Vector128<T> second)
    {
        if (typeof(T) == typeof(double))
            return Vector128.Create(first.GetUpper(), second.GetUpper());
        return AdvSimd.Arm64.IsSupported
            ? AdvSimd.Arm64.UnzipOdd(first.AsSingle(), second.AsSingle()).As<float, T>()
            : Sse.Shuffle(first.AsSingle(), second.AsSingle(), 0b11_01_11_01).As<float, T>();
    }
}
