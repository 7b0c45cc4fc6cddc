namespace TuneGraph.Training;

/// <summary>How the ranks of a data-parallel training exchange gradients. One rank alone ignores it.</summary>
public sealed record ExchangeSpec
{
    /// <summary>Whether the exchange runs beside the backward pass. Default: where ranks talk by messages.</summary>
    public OverlapMode Overlap
    {
        get;
        init => field = Enum.IsDefined(value)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Overlap), value, "A member of OverlapMode is needed.");
    }

    /// <summary>
    /// Bytes of gradient that are exchanged at a time, at least 1,024. Default: 256 KiB. More sends fewer messages,
    /// less lets more of the exchange happen beside the backward pass.
    /// </summary>
    public int BucketBytes
    {
        get;
        init => field = value >= 1024
            ? value
            : throw new ArgumentOutOfRangeException(nameof(BucketBytes), value, "It must be at least 1024.");
    } = 256 << 10;

    /// <summary>
    /// How many buckets may be on their way at once where the exchange overlaps and ranks talk by messages, at least 1:
    /// each has connections and a thread of its own. Default: 4.
    /// </summary>
    public int Lanes
    {
        get;
        init => field = value >= 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Lanes), value, "It must be at least 1.");
    } = 4;

    /// <summary>
    /// Whether after every epoch slow ranks give rows of each batch to fast ones (<see cref="BatchShares"/>). Default:
    /// false. Rounding then depends on measured times: two runs may differ in the last digits.
    /// </summary>
    public bool Balance { get; init; }

    /// <summary>How gradients are compressed. Default: not at all.</summary>
    public CompressionSpec Compression { get; init; } = new();

    /// <summary>
    /// What is divided among the ranks (Rajbhandari et al. 2020, ZeRO): 0, the default, nothing; 1 the optimizer's
    /// state; 2 the gradients as well. Each element belongs to one rank, which updates it for all. As many bytes are
    /// sent. Not with compression.
    /// </summary>
    public int Zero
    {
        get;
        init => field = value is >= 0 and <= 2
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Zero), value, "It must be 0, 1 or 2.");
    }
}
