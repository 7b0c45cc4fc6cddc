using TuneGraph.Training;

namespace TuneGraph.Tests.Training;

public sealed class PhiloxTests
{
    /// <summary>Known-answer vectors of Random123 1.14, tests/kat_vectors, "philox4x32 10".</summary>
    [Theory]
    [InlineData(0u, 0u, 0u, 0u, 0ul, 0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u)]
    [InlineData(0xffffffffu, 0xffffffffu, 0xffffffffu, 0xffffffffu, 0xfffffffffffffffful,
        0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu)]
    [InlineData(0x243f6a88u, 0x85a308d3u, 0x13198a2eu, 0x03707344u, 0x299f31d0a4093822ul,
        0xd16cfe09u, 0x94fdccebu, 0x5001e420u, 0x24126ea1u)]
    public void The_published_vectors_come_out(
        uint c0, uint c1, uint c2, uint c3, ulong key, uint x0, uint x1, uint x2, uint x3)
    {
        Assert.Equal((x0, x1, x2, x3), Philox.Block(key, c0, c1, c2, c3));
    }

    [Fact]
    public void Four_blocks_at_once_equal_four_blocks_one_by_one()
    {
        const ulong Key = 0x0123456789abcdef;
        var (first, second) = Philox.FourBlocks(Key, 8, 0xfffffff0, 7, 0x80000001);
        uint[] words = [.. Enumerable.Range(0, 16).Select(i => i < 8 ? first[i] : second[i - 8])];
        for (var block = 0; block < 4; block++)
        {
            var (x0, x1, x2, x3) = Philox.Block(Key, 8 + (uint)block, 0xfffffff0, 7, 0x80000001);
            Assert.Equal([x0, x1, x2, x3], [words[block], words[4 + block], words[8 + block], words[12 + block]]);
        }
    }
}
