using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace TuneGraph.Training;

/// <summary>
/// Independent random sequences out of one seed, told apart by what they are for. A value depends on nothing but its
/// position, so that any rank can compute any part, in any order, at any time.
/// </summary>
/// <remarks>
/// Counter words: (position, position, epoch or index, purpose and layer). The key is the seed.
/// </remarks>
internal readonly struct RandomStream
{
    private const uint SplitPurpose = 1;
    private const uint ShufflePurpose = 2;
    private const uint WeightPurpose = 3;
    private const uint DropoutPurpose = 4;
    private const uint StrategyPurpose = 5;
    private const int PurposeShift = 24;             // leaves room for 16 million layers

    private readonly ulong _seed;
    private readonly uint _index;
    private readonly uint _purpose;

    private RandomStream(ulong seed, uint index, uint purpose)
    {
        _seed = seed;
        _index = index;
        _purpose = purpose;
    }

    /// <summary>Which rows of a group (class) go to which split.</summary>
    public static RandomStream Split(ulong seed, int group) => new(seed, (uint)group, SplitPurpose << PurposeShift);

    /// <summary>The order of samples in an epoch.</summary>
    public static RandomStream Shuffle(ulong seed, int epoch) => new(seed, (uint)epoch, ShufflePurpose << PurposeShift);

    /// <summary>The initial weights of a layer.</summary>
    public static RandomStream Weights(ulong seed, int layer) => new(seed, (uint)layer, WeightPurpose << PurposeShift);

    /// <summary>The dropout masks of a layer in an epoch.</summary>
    public static RandomStream Dropout(ulong seed, int epoch, int layer) =>
        new(seed, (uint)epoch, (DropoutPurpose << PurposeShift) | (uint)layer);

    /// <summary>The key, and the third and fourth word of all counters: another device then has the same bits.</summary>
    public (ulong Key, uint Index, uint Purpose) Words() => (_seed, _index, _purpose);

    /// <summary>What a strategy draws: its parts and, within a part, its rounds have streams of their own.</summary>
    public static RandomStream Strategy(ulong seed, StrategyDraw draw, int round) =>
        new(seed, (uint)round, (StrategyPurpose << PurposeShift) | (uint)draw);

    /// <summary>64 random bits at a position.</summary>
    public ulong Bits(ulong position)
    {
        var (x0, x1, _, _) = Philox.Block(_seed, (uint)position, (uint)(position >> 32), _index, _purpose);
        return ((ulong)x1 << 32) | x0;
    }

    /// <summary>A number in [0, 1), a multiple of 2^-53, at a position.</summary>
    public double Uniform(ulong position) => (Bits(position) >> 11) * (1.0 / (1UL << 53));

    /// <summary>
    /// 16 words for 16 neighbours of a row: the layout of <see cref="Philox.FourBlocks"/>, fixed for all processors.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public (Vector256<uint> First, Vector256<uint> Second) Words(uint row, int group) =>
        Philox.FourBlocks(_seed, 4 * (uint)group, row, _index, _purpose);

    /// <summary>Puts the items into a random order: Fisher and Yates' shuffle, Durstenfeld 1964.</summary>
    public void Shuffle(Span<int> items)
    {
        for (var i = items.Length - 1; i > 0; i--)
        {
            // Multiply-shift: the bias is below 2^-33 per draw.
            var j = (int)Math.BigMul(Bits((ulong)i), (ulong)(i + 1), out _);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }
}
