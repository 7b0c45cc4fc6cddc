using System.Globalization;

namespace TuneGraph.Training;

/// <summary>How the first steps of a training compare with those of the oracle.</summary>
public sealed record VerificationReport
{
    /// <summary>Steps compared.</summary>
    public required long Steps { get; init; }

    /// <summary>Who computed them once more, for people: "one rank alone", say.</summary>
    public required string Oracle { get; init; }

    /// <summary>
    /// The largest difference of a parameter from the oracle's, as a part of the largest parameter of its tensor; null
    /// where a run is not the same twice.
    /// </summary>
    public double? Difference { get; init; }

    /// <summary>The tensor with that difference; null if all are equal.</summary>
    public string? Tensor { get; init; }

    /// <summary>The first tensor, in forward order, that differs by more than allowed; null for none.</summary>
    public string? FirstOff { get; init; }

    /// <summary>The difference that rounding may make; infinite where compression leaves something out.</summary>
    public required double Allowed { get; init; }

    /// <summary>Bytes of values that all ranks have sent in these steps.</summary>
    public long Bytes { get; init; }

    /// <summary>What the strategy's formula says; null where it has none.</summary>
    public long? BytesByFormula { get; init; }

    /// <summary>The formula, for people; empty where there is none.</summary>
    public string Formula { get; init; } = "";

    /// <summary>Share of the time in which stages wait for each other; null without stages.</summary>
    public double? Bubble { get; init; }

    /// <summary>
    /// What it is with equal stages: (p − 1) / (m + p − 1) for p stages and m micro-batches; null without stages.
    /// </summary>
    public double? BubbleByFormula { get; init; }

    /// <summary>Whether nothing differs by more than allowed.</summary>
    public bool Agrees => FirstOff is null;

    /// <summary>All of it on one line.</summary>
    public override string ToString()
    {
        var difference = Difference is not { } part ? "not the same twice, nothing to compare"
            : Tensor is null ? "equal to the last bit"
            : string.Create(CultureInfo.InvariantCulture, $"largest difference {part:G2} in {Tensor}")
                + (double.IsPositiveInfinity(Allowed) ? ", compressed" : string.Create(
                    CultureInfo.InvariantCulture, $", {(Agrees ? "within" : "ABOVE")} {Allowed:G2}"));
        var off = Agrees ? "" : $"; the first tensor off is {FirstOff}";
        var formula = BytesByFormula is not { } due ? ""
            : due == Bytes ? $", as the formula says ({Formula})"
            : string.Create(CultureInfo.InvariantCulture, $"; the formula says {due:N0} ({Formula})");
        return string.Create(CultureInfo.InvariantCulture,
            $"{Steps} step{(Steps == 1 ? "" : "s")} beside {Oracle}: {difference}{off}; {Bytes:N0} bytes sent")
            + formula
            + (Bubble is { } idle && BubbleByFormula is { } equal
                ? string.Create(CultureInfo.InvariantCulture, $"; bubble {idle:P1}, the formula says {equal:P1}")
                : "");
    }
}
