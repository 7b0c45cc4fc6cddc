using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace TuneGraph.Worker;

/// <summary>Who the ranks of a group are, and where each gets its messages.</summary>
/// <param name="Name">Names the group; no other has or had it. Holds study, trial and attempt.</param>
/// <param name="Epoch">The membership epoch; a group that was formed anew has a higher one.</param>
/// <param name="Rank">This member's rank.</param>
/// <param name="Topics">
/// Element r: the topic of rank r's process. Several ranks may share one. Null where it is not known yet: rank 0's must
/// be, and the others are learnt from it.
/// </param>
internal sealed record DaprPlace(string Name, uint Epoch, int Rank, ImmutableArray<string?> Topics)
{
    /// <summary>The name's hash, which frames carry.</summary>
    public UInt128 Group => Hash(Name);

    private static UInt128 Hash(string name) =>
        System.Buffers.Binary.BinaryPrimitives.ReadUInt128LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(name)));
}
