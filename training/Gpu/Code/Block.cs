using ILGPU;

namespace TuneGraph.Training;

/// <summary>
/// Sums over the threads of a group, in an order that the group's size fixes: trees in shared memory, for devices
/// without warps too. All threads must call them; a group has at most 256, in a power of two.
/// </summary>
internal static class Block
{
    public const int MostThreads = 256;

    /// <summary>The sum, for all threads.</summary>
    public static float Sum(float value) => Reduce<float, FloatSum>(value);

    /// <summary>The same in double.</summary>
    public static double Sum(double value) => Reduce<double, DoubleSum>(value);

    /// <summary>The largest value, for all threads.</summary>
    public static float Largest(float value) => Reduce<float, FloatMaximum>(value);

    private static T Reduce<T, TOperation>(T value)
        where T : unmanaged
        where TOperation : struct, IOperation<T>
    {
        var parts = SharedMemory.Allocate<T>(MostThreads);
        parts[Group.IdxX] = value;
        Group.Barrier();
        for (var half = Group.DimX / 2; half > 0; half /= 2)
        {
            if (Group.IdxX < half)
                parts[Group.IdxX] = default(TOperation).Of(parts[Group.IdxX], parts[Group.IdxX + half]);
            Group.Barrier();
        }
        var result = parts[0];
        Group.Barrier();
        return result;
    }

    /// <summary>Makes one value of two. A structure, so that the compiler knows which.</summary>
    private interface IOperation<T>
    {
        T Of(T a, T b);
    }

    private readonly struct FloatSum : IOperation<float>
    {
        public float Of(float a, float b) => a + b;
    }

    private readonly struct DoubleSum : IOperation<double>
    {
        public double Of(double a, double b) => a + b;
    }

    private readonly struct FloatMaximum : IOperation<float>
    {
        public float Of(float a, float b) => b > a ? b : a;
    }
}
