namespace TuneGraph.Training;

/// <summary>
/// Which rows are whose: whole blocks of a length that depends on the number of rows alone, so that what is computed
/// block by block does not depend on the world size.
/// </summary>
/// <param name="Rows">Rows of all ranks.</param>
/// <param name="Rank">This rank.</param>
/// <param name="WorldSize">Number of ranks.</param>
internal readonly record struct RowPartition(int Rows, int Rank, int WorldSize)
{
    private const int MostBlockRows = 2048;
    private const int BlocksWanted = 128;

    /// <summary>Rows per block: a multiple of <see cref="PointBlocks.BlockRows"/>.</summary>
    public int BlockRows => Math.Clamp(
        (((Rows / BlocksWanted) - 1) / PointBlocks.BlockRows + 1) * PointBlocks.BlockRows,
        PointBlocks.BlockRows, MostBlockRows);

    public int Blocks => (Rows + BlockRows - 1) / BlockRows;

    /// <summary>This rank's first row.</summary>
    public int From => Math.Min(Rows, (int)((long)Blocks * Rank / WorldSize) * BlockRows);

    /// <summary>The row after this rank's last.</summary>
    public int End => Math.Min(Rows, (int)((long)Blocks * (Rank + 1) / WorldSize) * BlockRows);
}
