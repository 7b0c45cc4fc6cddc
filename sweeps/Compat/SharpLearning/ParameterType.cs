namespace TuneGraph.Compat.SharpLearning;

/// <summary>Whether values are whole numbers.</summary>
public enum ParameterType
{
    /// <summary>Whole numbers, both ends included.</summary>
    Discrete,

    /// <summary>Any numbers of the range.</summary>
    Continuous,
}
