namespace TuneGraph.Collectives;

/// <summary>Up a binomial tree to rank 0 and down again: few steps of the whole vector, for short vectors.</summary>
internal static unsafe class TreeAllReduce
{
    internal static void Run(Wire wire, byte* data, long elements, ReduceKernel kernel, int divisor)
    {
        ReduceUp(wire, data, elements, kernel, root: 0);
        if (wire.Rank == 0 && divisor != 1) kernel.Divide(data, elements, divisor);
        BroadcastCalls.Tree(wire, data, elements * kernel.ElementBytes, root: 0);
    }

    /// <summary>
    /// Leaves the reduction at the root and partial reductions elsewhere. With ranks counted from the root, rank v
    /// takes the sums of v+1, v+2, v+4, … until its lowest set bit b, then gives its own to v−b.
    /// </summary>
    internal static void ReduceUp(Wire wire, byte* data, long elements, ReduceKernel kernel, int root)
    {
        var n = wire.WorldSize;
        var bytes = elements * kernel.ElementBytes;
        var place = (wire.Rank - root + n) % n;
        for (var bit = 1; bit < n; bit <<= 1)
        {
            if ((place & bit) != 0)
            {
                wire.Send((place - bit + root) % n, data, bytes);
                return;
            }
            if (place + bit < n) wire.Receive((place + bit + root) % n, data, bytes, kernel);
        }
    }
}
