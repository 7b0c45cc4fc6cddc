namespace TuneGraph.Search;

/// <summary>Settings of <see cref="Fanova"/>.</summary>
public sealed record FanovaOptions
{
    /// <summary>Trees in the forest. At least 1, default 64.</summary>
    public int Trees
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, nameof(Trees));
            field = value;
        }
    } = 64;

    /// <summary>Levels below a tree's root, at most. At least 1, default 64.</summary>
    public int MaxDepth
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, nameof(MaxDepth));
            field = value;
        }
    } = 64;

    /// <summary>
    /// Evaluations that each tree draws, with replacement, and never more than there are: bounds the time that many
    /// evaluations take. At least 1, default 2000.
    /// </summary>
    public int RowsPerTree
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, nameof(RowsPerTree));
            field = value;
        }
    } = 2000;

    /// <summary>What the forest's chance begins with. Default 0.</summary>
    public ulong Seed { get; init; }
}
