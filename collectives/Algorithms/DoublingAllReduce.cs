using System.Numerics;

namespace TuneGraph.Collectives;

/// <summary>
/// Recursive doubling (Thakur, Rabenseifner, Gropp 2005, section 4.1): in each of log₂N steps a rank and its partner at
/// distance 1, 2, 4, … exchange all they have summed so far. Half the steps of the tree for as many bytes each, all
/// ranks busy. With two ranks it is the best that can be done at any length. If N is not a power of two, the first
/// ranks pair up before and after.
/// </summary>
internal static unsafe class DoublingAllReduce
{
    internal static void Run(Wire wire, byte* data, long elements, ReduceKernel kernel, int divisor)
    {
        var bytes = elements * kernel.ElementBytes;
        var power = 1 << BitOperations.Log2((uint)wire.WorldSize);
        var paired = 2 * (wire.WorldSize - power);
        if (wire.Rank < paired && wire.Rank % 2 == 1)
        {
            wire.Send(wire.Rank - 1, data, bytes);
            wire.Receive(wire.Rank - 1, data, bytes);
            return;
        }
        if (wire.Rank < paired) wire.Receive(wire.Rank + 1, data, bytes, kernel);
        var place = wire.Rank < paired ? wire.Rank / 2 : wire.Rank - (paired / 2);
        for (var distance = 1; distance < power; distance <<= 1)
        {
            var other = place ^ distance;
            var partner = other < paired / 2 ? 2 * other : other + (paired / 2);
            // x ∘ y on one side and y ∘ x on the other: the same bits, as every operation commutes.
            wire.ExchangeInPlace(partner, data, bytes, kernel);
        }
        if (divisor != 1) kernel.Divide(data, elements, divisor);
        if (wire.Rank < paired) wire.Send(wire.Rank + 1, data, bytes);
    }
}
