using TuneGraph.Search;

namespace TuneGraph;

/// <summary>The keys under <c>pruner</c>.</summary>
internal static class PrunerShape
{
    public static Reader<Pruner> Pruner { get; } = new TypedReader<Pruner>(
        ("none", _ => new NoPruner()),
        ("auto", fields => new AutoPruner(Halving(fields, new SuccessiveHalvingOptions()))),
        ("median", fields => new MedianPruner(Median(fields, new MedianOptions()))),
        ("percentile", fields => new PercentilePruner(Percentile(fields, new PercentileOptions()))),
        ("threshold", Threshold),
        ("patient", Patient),
        ("wilcoxon", fields => new WilcoxonPruner(Wilcoxon(fields, new WilcoxonOptions()))),
        ("curve", fields => new CurvePruner(Curve(fields, new CurveOptions()))),
        ("asha", fields => new SuccessiveHalvingPruner(Halving(fields, new SuccessiveHalvingOptions()))),
        ("mo-asha", fields => new ParetoHalvingPruner(Halving(fields, new SuccessiveHalvingOptions()))),
        ("hyperband", fields => new HyperbandPruner(Halving(fields, new SuccessiveHalvingOptions()))));

    private static ScalarReader<HalvingMode> Mode =>
        Scalars.OneOf(("promote", HalvingMode.Promote), ("stop", HalvingMode.Stop));

    private static MedianOptions Median(Fields fields, MedianOptions plain) => new()
    {
        StartupTrials = fields.Optional("startupTrials", Scalars.Whole(0, Scalars.Plenty), plain.StartupTrials),
        WarmupSteps = fields.Optional("warmupSteps", Scalars.Whole(0, Scalars.Plenty), plain.WarmupSteps),
        Interval = fields.Optional("interval", Scalars.Whole(1, Scalars.Plenty), plain.Interval),
    };

    private static PercentileOptions Percentile(Fields fields, PercentileOptions plain) => new()
    {
        Percentile = fields.Optional("percentile", Scalars.Number(new Interval(0, 100)), plain.Percentile),
        StartupTrials = fields.Optional("startupTrials", Scalars.Whole(0, Scalars.Plenty), plain.StartupTrials),
        WarmupSteps = fields.Optional("warmupSteps", Scalars.Whole(0, Scalars.Plenty), plain.WarmupSteps),
        Interval = fields.Optional("interval", Scalars.Whole(1, Scalars.Plenty), plain.Interval),
        LeastTrials = fields.Optional("leastTrials", Scalars.Whole(1, Scalars.Plenty), plain.LeastTrials),
    };

    private static Pruner Threshold(Fields fields)
    {
        var options = new ThresholdOptions
        {
            Lower = fields.Maybe("lower", Scalars.FiniteNumber),
            Upper = fields.Maybe("upper", Scalars.FiniteNumber),
            WarmupSteps = fields.Optional("warmupSteps", Scalars.Whole(0, Scalars.Plenty), 0),
            Interval = fields.Optional("interval", Scalars.Whole(1, Scalars.Plenty), 1),
        };
        if (!fields.Clean)
            return new NoPruner();
        if (options is { Lower: null, Upper: null })
            fields.Fail("type", DiagnosticCode.MissingKey, "a threshold needs lower, upper or both");
        else if (options.Lower > options.Upper)
            fields.Fail("lower", DiagnosticCode.LowAboveHigh, FormattableString.Invariant(
                $"lower is {options.Lower} and above upper, {options.Upper}, so every trial would be stopped"));
        return fields.Clean ? new ThresholdPruner(options) : new NoPruner();
    }

    private static PatientPruner Patient(Fields fields)
    {
        var plain = new PatientOptions();
        var options = new PatientOptions
        {
            Patience = fields.Optional("patience", Scalars.Whole(0, Scalars.Plenty), plain.Patience),
            Tolerance = fields.Optional("tolerance", Scalars.Number(Interval.AtLeast(0)), plain.Tolerance),
        };
        var inner = fields.Optional("of", Pruner, new NoPruner());
        return new PatientPruner(inner is NoPruner ? null : inner.Stopping, options);
    }

    private static WilcoxonOptions Wilcoxon(Fields fields, WilcoxonOptions plain) => new()
    {
        Threshold = fields.Optional("threshold", Scalars.Number(Interval.InnerFraction), plain.Threshold),
        StartupSteps = fields.Optional("startupSteps", Scalars.Whole(1, Scalars.Plenty), plain.StartupSteps),
    };

    private static CurveOptions Curve(Fields fields, CurveOptions plain) => new()
    {
        Threshold = fields.Optional("threshold", Scalars.Number(Interval.InnerFraction), plain.Threshold),
        LeastPoints = fields.Optional("leastPoints", Scalars.Whole(4, Scalars.Plenty), plain.LeastPoints),
        WarmupShare = fields.Optional("warmupShare", Scalars.Number(new Interval(0, 1)), plain.WarmupShare),
        StartupTrials = fields.Optional("startupTrials", Scalars.Whole(1, Scalars.Plenty), plain.StartupTrials),
        Interval = fields.Optional("interval", Scalars.Whole(1, Scalars.Plenty), plain.Interval),
    };

    private static SuccessiveHalvingOptions Halving(Fields fields, SuccessiveHalvingOptions plain) => new()
    {
        MinResource = fields.Optional("minResource", Scalars.Whole(1, Scalars.Plenty), plain.MinResource),
        ReductionFactor = fields.Optional("reduction", Scalars.Whole(2, Scalars.Plenty), plain.ReductionFactor),
        Mode = fields.Optional("mode", Mode, plain.Mode),
    };
}
