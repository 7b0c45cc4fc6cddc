namespace TuneGraph.Training;

/// <summary>Where the rows of a table are kept while it is in use.</summary>
public enum DataStorage
{
    /// <summary>In memory; at most 2³¹ values.</summary>
    Memory,

    /// <summary>
    /// In a temporary file that the system pages in as training asks for rows, for tables larger than memory; at most
    /// 2³¹ rows. In memory stay some tens of bytes a row, and a row group of a Parquet file while it is read. Training
    /// gives the same bits.
    /// </summary>
    Disk,
}
