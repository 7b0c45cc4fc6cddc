using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace TuneGraph.Training;

/// <summary>
/// Which units are dropped, as a function of (seed, epoch, sample's place in the epoch's order, layer, unit) only: the
/// same at any world size and after a resume.
/// </summary>
/// <param name="Seed">The training's seed.</param>
/// <param name="Epoch">The epoch, from 1.</param>
/// <param name="FirstSample">Place of the batch's first row in the epoch's order, over all ranks.</param>
internal readonly record struct DropoutMask(ulong Seed, int Epoch, int FirstSample)
{
    private const int Group = 16;

    /// <summary>Fills a plane of factors: 0 for a dropped unit, 1 / (1 - probability) for one that stays.</summary>
    /// <param name="layer">The dropout layer, from 0.</param>
    /// <param name="row">The row in the batch, from 0.</param>
    /// <param name="plane">The plane in the row, from 0.</param>
    /// <param name="size">True units per plane: the same units are dropped however planes are filled up.</param>
    /// <param name="probability">Of being dropped.</param>
    /// <param name="factors">One per unit.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Fill<T>(int layer, int row, int plane, int size, double probability, Span<T> factors)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var stream = RandomStream.Dropout(Seed, Epoch, layer);
        var threshold = Vector256.Create((uint)(probability * (1UL << 32)));
        var kept = Scale<T>(probability);
        var firstGroup = plane * ((size + Group - 1) / Group);
        for (var start = 0; start < factors.Length; start += Group)
        {
            var (first, second) = stream.Words((uint)(FirstSample + row), firstGroup + (start / Group));
            Choose(Vector256.LessThan(first, threshold), kept, factors[start..]);
            if (factors.Length - start > Group / 2)
                Choose(Vector256.LessThan(second, threshold), kept, factors[(start + (Group / 2))..]);
        }
    }

    /// <summary>What a unit that stays is multiplied by.</summary>
    public static T Scale<T>(double probability)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => T.CreateTruncating(1 / (1 - probability));

    /// <summary>The first eight (or fewer) factors: 0 where the mask's bits are set.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Choose<T>(Vector256<uint> dropped, T kept, Span<T> factors)
        where T : unmanaged
    {
        if (typeof(T) == typeof(float) && factors.Length >= Group / 2)
        {
            Vector256.AndNot(Vector256.Create(kept), dropped.As<uint, T>()).CopyTo(factors);
            return;
        }
        for (var i = 0; i < Math.Min(Group / 2, factors.Length); i++)
            factors[i] = dropped[i] != 0 ? default : kept;
    }
}
