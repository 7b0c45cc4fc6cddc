namespace TuneGraph.Training;

/// <summary>What stands for numbers that are missing in a table.</summary>
public enum MissingValues
{
    /// <summary>Nothing: a missing number is an error, told with row and column.</summary>
    Refuse,

    /// <summary>The mean of the feature over the train rows that have it.</summary>
    Mean,

    /// <summary>The median of the feature over the train rows that have it.</summary>
    Median,
}
