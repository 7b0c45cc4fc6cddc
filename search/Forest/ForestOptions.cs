namespace TuneGraph.Search;

/// <summary>How a forest is grown. Symbols and defaults: Hutter et al., "Sequential model-based optimization for
/// general algorithm configuration" (LION 2011), and SMAC3's settings.</summary>
internal sealed record ForestOptions
{
    /// <summary>Trees. Default 10.</summary>
    public int Trees { get; init; } = 10;

    /// <summary>Rows that a node must hold to be split. Default 3.</summary>
    public int MinSplit { get; init; } = 3;

    /// <summary>Rows that a leaf must hold. Default 1.</summary>
    public int MinLeaf { get; init; } = 1;

    /// <summary>The share of features that are looked at for each split. Default 5/6.</summary>
    public double FeatureShare { get; init; } = 5.0 / 6;

    /// <summary>Whether each tree sees rows drawn with replacement, or all of them. Default true.</summary>
    public bool Bootstrap { get; init; } = true;

    /// <summary>Rows that each tree draws, where it draws; never more than there are. Default: all.</summary>
    public int Sample { get; init; } = int.MaxValue;

    /// <summary>Levels below the root. Default 64.</summary>
    public int MaxDepth { get; init; } = 64;
}
