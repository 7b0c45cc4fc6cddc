using TuneGraph.Training;

namespace TuneGraph;

/// <summary>The keys of <c>training.parallel</c> that belong to one strategy.</summary>
internal static class StrategyShape
{
    private const int MostRounds = 1000;

    /// <summary>Names of the strategies, and what reads the keys of each.</summary>
    public static ScalarReader<Func<Fields, StrategyTemplate?>> Strategy { get; } =
        Scalars.OneOf<Func<Fields, StrategyTemplate?>>(
            ("data", _ => null),
            ("kmeans", KMeans));

    /// <summary>Which models a strategy trains.</summary>
    public static void CheckModel(Fields fields, ModelTemplate model, StrategyTemplate? strategy)
    {
        if (strategy is KMeansTemplate && model is not CentroidsTemplate)
            fields.Fail("model.type", DiagnosticCode.KeysExclude,
                "training.parallel.strategy kmeans finds centres; give it model kmeans, or train this model with data");
        if (strategy is not KMeansTemplate && model is CentroidsTemplate)
            fields.Fail("model.type", DiagnosticCode.KeysExclude,
                "model kmeans is trained by training.parallel.strategy kmeans only; add it, or take another model");
    }

    private static KMeansTemplate KMeans(Fields fields)
    {
        var plain = new KMeansTemplate();
        return new KMeansTemplate
        {
            Seeding = fields.Optional("seeding", Scalars.OneOf(
                ("parallel", KMeansSeeding.Parallel), ("plusPlus", KMeansSeeding.PlusPlus),
                ("random", KMeansSeeding.Random)).OrParameter(), plain.Seeding),
            Oversampling = fields.Optional(
                "oversampling", Scalars.Number(Interval.Above(0)).OrParameter(), plain.Oversampling),
            SeedingRounds = fields.Optional(
                "seedingRounds", Scalars.Whole(1, MostRounds).OrParameter(), plain.SeedingRounds),
            BatchRows = fields.Optional("batchRows", Scalars.Whole(0, int.MaxValue).OrParameter(), plain.BatchRows),
            Tolerance = fields.Optional(
                "tolerance", Scalars.Number(Interval.AtLeast(0)).OrParameter(), plain.Tolerance),
        };
    }
}
