using TuneGraph.Collectives;

namespace TuneGraph.Tests.Collectives;

/// <summary>16-bit sums by vectors, against .NET's own conversions one at a time.</summary>
public sealed class NarrowSumTests
{
    // Every bit pattern meets 40 others, NaN and infinities among them.
    private const int Rounds = 40;

    [Theory]
    [InlineData(ReduceOp.Sum)]
    [InlineData(ReduceOp.Mean)]
    [InlineData(ReduceOp.Min)]
    [InlineData(ReduceOp.Max)]
    public void Half_is_reduced_in_float32_and_rounded_once(ReduceOp op) => Check(
        op, bits => BitConverter.UInt16BitsToHalf(bits), value => (float)value, value => (Half)value);

    [Theory]
    [InlineData(ReduceOp.Sum)]
    [InlineData(ReduceOp.Mean)]
    [InlineData(ReduceOp.Min)]
    [InlineData(ReduceOp.Max)]
    public void BFloat16_is_reduced_in_float32_and_rounded_once(ReduceOp op) => Check(
        op, BFloat16.FromBits, value => (float)value, value => (BFloat16)value);

    private static void Check<T>(ReduceOp op, Func<ushort, T> fromBits, Func<T, float> widen, Func<float, T> narrow)
        where T : unmanaged
    {
        var all = Enumerable.Range(0, 65536).Select(bits => fromBits((ushort)bits)).ToArray();
        var random = new Random(7);
        var groups = InProcessGroup.Create(2);
        for (var round = 0; round < Rounds; round++)
        {
            var others = all.ToArray();
            random.Shuffle(others);
            T[][] vectors = [.. new[] { all, others }.Select(vector => vector[(round % 3)..])];
            var expected = vectors[0].Zip(vectors[1], (x, y) => narrow(Reduce(op, widen(x), widen(y)))).ToArray();
            var errors = Ranks.Catch(groups, group =>
            {
                var values = vectors[group.Rank].ToArray();
                group.AllReduce(values, op);
                for (var i = 0; i < values.Length; i++)
                {
                    var (actual, due) = (widen(values[i]), widen(expected[i]));
                    if (float.IsNaN(due)) Assert.True(float.IsNaN(actual));
                    else Assert.Equal(BitConverter.SingleToInt32Bits(due), BitConverter.SingleToInt32Bits(actual));
                }
            });
            Assert.All(errors, Assert.Null);
        }
        foreach (var group in groups) group.Dispose();
    }

    private static float Reduce(ReduceOp op, float x, float y) => op switch
    {
        ReduceOp.Sum => x + y,
        ReduceOp.Mean => (x + y) / 2,
        ReduceOp.Min => MathF.Min(x, y),
        _ => MathF.Max(x, y),
    };
}
