namespace TuneGraph.Graph;

/// <summary>What has been learnt about the tasks of one family.</summary>
/// <param name="Name">The family's name.</param>
/// <param name="MeanDuration">Moving average of how long attempts ran.</param>
/// <param name="MeanBytes">Moving average of the sizes of results.</param>
public sealed record FamilyAverage(string Name, TimeSpan MeanDuration, double MeanBytes);
