using FsCheck.Xunit;
using TuneGraph.Search;

namespace TuneGraph.Tests.Search;

public sealed class CodeOrderTests
{
    [Property(MaxTest = 200)]
    public void The_order_is_that_of_a_stable_sort(int seed)
    {
        var random = new SearchRandom((ulong)seed);
        var spread = Math.Pow(10, -6 * random.NextDouble()); // some lie close together
        var values = 1 + random.NextInt64(random.NextInt64(2) == 0 ? 5 : 1_000_000); // and some are equal
        var codes = Enumerable.Range(0, (int)random.NextInt64(600))
            .Select(_ => random.NextInt64(10) == 0
                ? random.NextInt64(2)
                : spread * random.NextInt64(values) / values)
            .ToArray();
        var order = new int[codes.Length];
        CodeOrder.Fill(codes, order);
        Assert.Equal(Enumerable.Range(0, codes.Length).OrderBy(k => codes[k]), order);
    }
}
