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
    public static float Sum(float value)
    {
        var parts = SharedMemory.Allocate<float>(MostThreads);
        parts[Group.IdxX] = value;
        Group.Barrier();
        for (var half = Group.DimX / 2; half > 0; half /= 2)
        {
            if (Group.IdxX < half)
                parts[Group.IdxX] += parts[Group.IdxX + half];
            Group.Barrier();
        }
        var sum = parts[0];
        Group.Barrier();
        return sum;
    }

    /// <summary>The same in double.</summary>
    public static double Sum(double value)
    {
        var parts = SharedMemory.Allocate<double>(MostThreads);
        parts[Group.IdxX] = value;
        Group.Barrier();
        for (var half = Group.DimX / 2; half > 0; half /= 2)
        {
            if (Group.IdxX < half)
                parts[Group.IdxX] += parts[Group.IdxX + half];
            Group.Barrier();
        }
        var sum = parts[0];
        Group.Barrier();
        return sum;
    }

    /// <summary>The largest value, for all threads.</summary>
    public static float Largest(float value)
    {
        var parts = SharedMemory.Allocate<float>(MostThreads);
        parts[Group.IdxX] = value;
        Group.Barrier();
        for (var half = Group.DimX / 2; half > 0; half /= 2)
        {
            if (Group.IdxX < half && parts[Group.IdxX + half] > parts[Group.IdxX])
                parts[Group.IdxX] = parts[Group.IdxX + half];
            Group.Barrier();
        }
        var largest = parts[0];
        Group.Barrier();
        return largest;
    }
}
