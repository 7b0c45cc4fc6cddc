using ILGPU;

namespace TuneGraph.Training;

/// <summary>A mask of planes [samples, planes, stride]: see <see cref="DropoutMask"/>.</summary>
internal struct DropoutArguments
{
    public ArrayView<float> Factors;
    public ulong Seed;
    public uint FirstRow, Index, Purpose, Threshold;
    public int Planes, GroupsPerPlane, Blocks;
    public float Kept;
}

/// <summary>Draws the bits that <see cref="DropoutMask"/> draws: <see cref="Philox"/>, one block a thread.</summary>
internal static class DropoutCode
{
    public static void Fill(DropoutArguments a)
    {
        var i = Grid.GlobalIndex.X;
        if (i >= a.Blocks)
            return;
        int block = i % 4, group = i / 4 % a.GroupsPerPlane, plane = i / 4 / a.GroupsPerPlane % a.Planes;
        var sample = i / 4 / a.GroupsPerPlane / a.Planes;
        var c0 = (uint)((4 * ((plane * a.GroupsPerPlane) + group)) + block);
        uint c1 = a.FirstRow + (uint)sample, c2 = a.Index, c3 = a.Purpose;
        uint k0 = (uint)a.Seed, k1 = (uint)(a.Seed >> 32);
        for (var round = 0; round < 10; round++)
        {
            ulong product0 = (ulong)0xD2511F53u * c0, product1 = (ulong)0xCD9E8D57u * c2;
            c0 = (uint)(product1 >> 32) ^ c1 ^ k0;
            c2 = (uint)(product0 >> 32) ^ c3 ^ k1;
            c1 = (uint)product1;
            c3 = (uint)product0;
            k0 += 0x9E3779B9u;
            k1 += 0xBB67AE85u;
        }
        // Word w of block b belongs to unit 4 w + b of the group's 16.
        var at = (((((long)sample * a.Planes) + plane) * a.GroupsPerPlane + group) * 16) + block;
        a.Factors[at] = c0 < a.Threshold ? 0 : a.Kept;
        a.Factors[at + 4] = c1 < a.Threshold ? 0 : a.Kept;
        a.Factors[at + 8] = c2 < a.Threshold ? 0 : a.Kept;
        a.Factors[at + 12] = c3 < a.Threshold ? 0 : a.Kept;
    }
}
