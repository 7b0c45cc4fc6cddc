namespace TuneGraph.Training;

/// <summary>How k-means finds its first centres.</summary>
public enum KMeansSeeding
{
    /// <summary>
    /// k-means‖: a few rounds that each draw about <see cref="KMeansStrategy.Oversampling"/> · k rows by their squared
    /// distance, then a weighted k-means++ over what was drawn. Bahmani et al. 2012, Algorithm 2.
    /// </summary>
    Parallel,

    /// <summary>k-means++: one row a round, by its squared distance. Arthur and Vassilvitskii 2007.</summary>
    PlusPlus,

    /// <summary>Rows at random.</summary>
    Random,
}
