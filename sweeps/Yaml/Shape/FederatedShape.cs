using TuneGraph.Training;

namespace TuneGraph;

/// <summary>The keys of the strategy <c>federated</c>.</summary>
internal static class FederatedShape
{
    private const int MostClients = 100_000;

    public static FederatedTemplate Read(Fields fields)
    {
        var plain = new FederatedTemplate();
        var count = Scalars.Whole(1, MostClients).OrParameter();
        var positive = Scalars.Number(Interval.Above(0)).OrParameter();
        var notNegative = Scalars.Number(Interval.AtLeast(0)).OrParameter();
        var share = Scalars.Number(new Interval(0, 1, LowOpen: true)).OrParameter();
        return new FederatedTemplate
        {
            Algorithm = fields.Optional("algorithm", Algorithm.OrParameter(), plain.Algorithm),
            Clients = fields.Optional("clients", count, plain.Clients),
            Split = fields.Optional("split", Split.OrParameter(), plain.Split),
            Alpha = fields.Optional("alpha", positive, plain.Alpha),
            ClientShare = fields.Optional("clientShare", share, plain.ClientShare),
            LocalEpochs = fields.Optional("localEpochs", count, plain.LocalEpochs),
            LocalBatch = fields.Optional(
                "localBatch", Scalars.Whole(0, Scalars.Plenty).OrParameter(), plain.LocalBatch),
            Mu = fields.Optional("mu", notNegative, plain.Mu),
            ServerRate = fields.Optional("serverRate", positive, plain.ServerRate),
            Buffer = fields.Optional("buffer", count, plain.Buffer),
            Concurrency = fields.Optional("concurrency", count, plain.Concurrency),
            Aggregation = fields.Optional("aggregation", Aggregation.OrParameter(), plain.Aggregation),
            Byzantine = fields.Optional("byzantine", Scalars.Whole(0, MostClients).OrParameter(), plain.Byzantine),
            Secure = fields.Optional("secure", Scalars.Flag.OrParameter(), plain.Secure),
            SecureThreshold = fields.Optional("secureThreshold", share, plain.SecureThreshold),
            DropOut = fields.Optional("dropOut", Scalars.Number(Interval.Fraction).OrParameter(), plain.DropOut),
            ClipNorm = fields.Optional("clipNorm", notNegative, plain.ClipNorm),
            NoiseMultiplier = fields.Optional("noiseMultiplier", notNegative, plain.NoiseMultiplier),
            Delta = fields.Optional("delta", Scalars.Number(Interval.InnerFraction).OrParameter(), plain.Delta),
        };
    }

    private static ScalarReader<FederatedAlgorithm> Algorithm => Scalars.OneOf(
        ("fedAvg", FederatedAlgorithm.FedAvg), ("fedProx", FederatedAlgorithm.FedProx),
        ("scaffold", FederatedAlgorithm.Scaffold), ("fedBuff", FederatedAlgorithm.FedBuff));

    private static ScalarReader<ClientSplit> Split => Scalars.OneOf(
        ("iid", ClientSplit.Iid), ("byLabel", ClientSplit.ByLabel), ("dirichlet", ClientSplit.Dirichlet));

    private static ScalarReader<ClientAggregation> Aggregation => Scalars.OneOf(
        ("mean", ClientAggregation.Mean), ("median", ClientAggregation.Median),
        ("trimmedMean", ClientAggregation.TrimmedMean), ("krum", ClientAggregation.Krum));
}
