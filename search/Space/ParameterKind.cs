using System.Diagnostics.CodeAnalysis;

namespace TuneGraph.Search;

/// <summary>The type of a <see cref="ParameterValue"/>.</summary>
[SuppressMessage("Naming", "CA1720", Justification = "The kinds are types.")]
public enum ParameterKind
{
    /// <summary>A double; the kind of <c>default(ParameterValue)</c>, which is 0.0.</summary>
    Float,

    /// <summary>A 64-bit signed integer.</summary>
    Int,

    /// <summary>A string.</summary>
    Text,

    /// <summary>A boolean.</summary>
    Flag,
}
