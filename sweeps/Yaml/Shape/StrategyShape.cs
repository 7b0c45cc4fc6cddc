using TuneGraph.Training;

namespace TuneGraph;

/// <summary>The keys of <c>training.parallel</c> that belong to one strategy.</summary>
internal static class StrategyShape
{
    private const int MostRounds = 1000;

    private static ScalarReader<double> Positive => Scalars.Number(Interval.Above(0));

    private static ScalarReader<double> NotNegative => Scalars.Number(Interval.AtLeast(0));

    /// <summary>Names of the strategies, and what reads the keys of each.</summary>
    public static ScalarReader<Func<Fields, StrategyTemplate?>> Strategy { get; } =
        Scalars.OneOf<Func<Fields, StrategyTemplate?>>(
            ("data", _ => null),
            ("auto", Auto),
            ("kmeans", KMeans),
            ("cocoa", Cocoa),
            ("model-average", ModelAverage),
            ("federated", FederatedShape.Read),
            ("parameter-server", ParameterServer),
            ("pipeline", MeshShape.Pipeline),
            ("tensor", MeshShape.Tensor),
            ("mixed", MeshShape.Mixed));

    /// <summary>Which models a strategy trains.</summary>
    public static void CheckModel(Fields fields, ModelTemplate model, StrategyTemplate? strategy)
    {
        if (strategy is KMeansTemplate && model is not CentroidsTemplate)
            fields.Fail("model.type", DiagnosticCode.KeysExclude,
                "training.parallel.strategy kmeans finds centres; give it model kmeans, or train this model with data");
        if (strategy is not KMeansTemplate && model is CentroidsTemplate)
            fields.Fail("model.type", DiagnosticCode.KeysExclude,
                "model kmeans is trained by training.parallel.strategy kmeans only; add it, or take another model");
        if (strategy is CocoaTemplate { Problem.Parameter: null } cocoa && !Fits(cocoa.Problem.Value, model))
            fields.Fail("model.type", DiagnosticCode.KeysExclude,
                $"training.parallel.problem {KnobValue.Write(cocoa.Problem.Value)} has the model "
                + $"{(cocoa.Problem.Value is CocoaProblem.Svm or CocoaProblem.Logistic ? "logistic" : "linear")}; "
                + "give it that, or train this model with data");
    }

    private static bool Fits(CocoaProblem problem, ModelTemplate model) =>
        problem is CocoaProblem.Svm or CocoaProblem.Logistic ? model is LogisticTemplate : model is LinearTemplate;

    private static AutoTemplate Auto(Fields fields)
    {
        var plain = new AutoTemplate();
        return new AutoTemplate
        {
            ProbeSteps = fields.Optional("probeSteps", Scalars.Whole(4, MostRounds).OrParameter(), plain.ProbeSteps),
            MemoryMib = fields.Optional("memoryMib", Scalars.Whole(0, int.MaxValue).OrParameter(), plain.MemoryMib),
            LocalSteps = fields.Optional(
                "localSteps", Scalars.Whole(1, Scalars.Plenty).OrParameter(), plain.LocalSteps),
            Staleness = fields.Optional("staleness", Scalars.Whole(0, Scalars.Plenty).OrParameter(), plain.Staleness),
            StalenessAbove = fields.Optional("stalenessAbove", Positive.OrParameter(), plain.StalenessAbove),
            LocalAbove = fields.Optional("localAbove", Positive.OrParameter(), plain.LocalAbove),
            MayChangeResults = fields.Optional(
                "mayChangeResults", Scalars.Flag.OrParameter(), plain.MayChangeResults),
        };
    }

    private static CocoaTemplate Cocoa(Fields fields)
    {
        var plain = new CocoaTemplate();
        return new CocoaTemplate
        {
            Problem = fields.Optional("problem", Scalars.OneOf(
                ("svm", CocoaProblem.Svm), ("logistic", CocoaProblem.Logistic), ("ridge", CocoaProblem.Ridge),
                ("lasso", CocoaProblem.Lasso)).OrParameter(), plain.Problem),
            Aggregation = fields.Optional("aggregation", Scalars.OneOf(
                ("add", CocoaAggregation.Add), ("average", CocoaAggregation.Average)).OrParameter(), plain.Aggregation),
            Lambda = fields.Optional("lambda", Positive.OrParameter(), plain.Lambda),
            LocalEpochs = fields.Optional("localEpochs", Positive.OrParameter(), plain.LocalEpochs),
            Sigma = fields.Optional("sigma", NotNegative.OrParameter(), plain.Sigma),
            Bias = fields.Optional("bias", Scalars.Flag.OrParameter(), plain.Bias),
            TargetGap = fields.Optional("targetGap", NotNegative.OrParameter(), plain.TargetGap),
        };
    }

    private static ModelAverageTemplate ModelAverage(Fields fields)
    {
        var plain = new ModelAverageTemplate();
        return new ModelAverageTemplate
        {
            Rule = fields.Optional("rule", Scalars.OneOf(
                ("mean", ModelAverageRule.Mean), ("blockMomentum", ModelAverageRule.BlockMomentum),
                ("diloco", ModelAverageRule.Diloco), ("slowMomentum", ModelAverageRule.SlowMomentum)).OrParameter(),
                plain.Rule),
            LocalSteps = fields.Optional(
                "localSteps", Scalars.Whole(1, Scalars.Plenty).OrParameter(), plain.LocalSteps),
            OuterRate = fields.Maybe("outerRate", Positive.OrParameter()),
            OuterMomentum = fields.Maybe("outerMomentum", Scalars.Number(Interval.Fraction).OrParameter()),
            Nesterov = fields.Optional("nesterov", Scalars.Flag.OrParameter(), plain.Nesterov),
        };
    }

    private static ParameterServerTemplate ParameterServer(Fields fields)
    {
        var plain = new ParameterServerTemplate();
        var period = Scalars.Whole(1, Scalars.Plenty).OrParameter();
        return new ParameterServerTemplate
        {
            Mode = fields.Optional("mode", Scalars.OneOf(
                ("sync", ParameterServerMode.Sync), ("async", ParameterServerMode.Async),
                ("ssp", ParameterServerMode.Ssp), ("downpour", ParameterServerMode.Downpour),
                ("hogwild", ParameterServerMode.Hogwild)).OrParameter(), plain.Mode),
            Staleness = fields.Optional(
                "staleness", Scalars.Whole(0, Scalars.Plenty).OrParameter(), plain.Staleness),
            StalenessAware = fields.Optional("stalenessAware", Scalars.Flag.OrParameter(), plain.StalenessAware),
            FetchEvery = fields.Optional("fetchEvery", period, plain.FetchEvery),
            PushEvery = fields.Optional("pushEvery", period, plain.PushEvery),
            Order = fields.Optional("order", Scalars.OneOf(
                ("roundRobin", ArrivalOrder.RoundRobin), ("random", ArrivalOrder.Random),
                ("live", ArrivalOrder.Live)).OrParameter(), plain.Order),
            BackupWorkers = fields.Optional(
                "backupWorkers", Scalars.Whole(0, Scalars.Plenty).OrParameter(), plain.BackupWorkers),
        };
    }

    private static KMeansTemplate KMeans(Fields fields)
    {
        var plain = new KMeansTemplate();
        return new KMeansTemplate
        {
            Seeding = fields.Optional("seeding", Scalars.OneOf(
                ("parallel", KMeansSeeding.Parallel), ("plusPlus", KMeansSeeding.PlusPlus),
                ("random", KMeansSeeding.Random)).OrParameter(), plain.Seeding),
            Oversampling = fields.Optional("oversampling", Positive.OrParameter(), plain.Oversampling),
            SeedingRounds = fields.Optional(
                "seedingRounds", Scalars.Whole(1, MostRounds).OrParameter(), plain.SeedingRounds),
            BatchRows = fields.Optional("batchRows", Scalars.Whole(0, int.MaxValue).OrParameter(), plain.BatchRows),
            Tolerance = fields.Optional("tolerance", NotNegative.OrParameter(), plain.Tolerance),
        };
    }
}
