using TuneGraph.Search;
using TuneGraph.Training;

namespace TuneGraph;

/// <summary>Federated learning; see <see cref="FederatedStrategy"/>, whose defaults these are.</summary>
public sealed record FederatedTemplate : StrategyTemplate
{
    /// <inheritdoc/>
    public override ParallelStrategy Strategy => ParallelStrategy.Federated;

    /// <summary>What clients and server do. Default: FedAvg.</summary>
    public Knob<FederatedAlgorithm> Algorithm { get; init; } = FederatedAlgorithm.FedAvg;

    /// <summary>Number of clients, at least 1. Default 10.</summary>
    public Knob<int> Clients { get; init; } = 10;

    /// <summary>How the rows are spread over the clients. Default: at random.</summary>
    public Knob<ClientSplit> Split { get; init; } = ClientSplit.Iid;

    /// <summary>α of the Dirichlet distribution, above 0. Default 0.5.</summary>
    public Knob<double> Alpha { get; init; } = 0.5;

    /// <summary>Share of the clients in a round, in (0, 1]. Default 1.</summary>
    public Knob<double> ClientShare { get; init; } = 1.0;

    /// <summary>Passes of a client over its rows in a round, at least 1. Default 1.</summary>
    public Knob<int> LocalEpochs { get; init; } = 1;

    /// <summary>Rows of a client's step; 0 for all it has. Default 10.</summary>
    public Knob<int> LocalBatch { get; init; } = 10;

    /// <summary>Pull of FedProx, at least 0. Default 0.01.</summary>
    public Knob<double> Mu { get; init; } = 0.01;

    /// <summary>Size of the server's step, above 0. Default 1.</summary>
    public Knob<double> ServerRate { get; init; } = 1.0;

    /// <summary>Updates that fill FedBuff's buffer, at least 1. Default 5.</summary>
    public Knob<int> Buffer { get; init; } = 5;

    /// <summary>Clients at work at any time with FedBuff. Default 10.</summary>
    public Knob<int> Concurrency { get; init; } = 10;

    /// <summary>How the updates become one. Default: their mean.</summary>
    public Knob<ClientAggregation> Aggregation { get; init; } = ClientAggregation.Mean;

    /// <summary>Clients that may be malicious, at least 0. Default 1.</summary>
    public Knob<int> Byzantine { get; init; } = 1;

    /// <summary>Whether the server learns nothing but the sum of the updates. Default false.</summary>
    public Knob<bool> Secure { get; init; } = false;

    /// <summary>Share of a round's clients that must stay for a secure sum, above a half. Default 2/3.</summary>
    public Knob<double> SecureThreshold { get; init; } = 2.0 / 3;

    /// <summary>Probability that a client leaves a round, in [0, 1). Default 0.</summary>
    public Knob<double> DropOut { get; init; } = 0.0;

    /// <summary>The longest update of a client; 0, the default, for any length.</summary>
    public Knob<double> ClipNorm { get; init; } = 0.0;

    /// <summary>Noise in multiples of <see cref="ClipNorm"/>; 0, the default, for none.</summary>
    public Knob<double> NoiseMultiplier { get; init; } = 0.0;

    /// <summary>δ of the privacy reported, in (0, 1). Default 1e-5.</summary>
    public Knob<double> Delta { get; init; } = 1e-5;

    /// <inheritdoc/>
    public override FederatedStrategy In(Configuration configuration) => new()
    {
        Algorithm = Algorithm.In(configuration),
        Clients = Clients.In(configuration),
        Split = Split.In(configuration),
        Alpha = Alpha.In(configuration),
        ClientShare = ClientShare.In(configuration),
        LocalEpochs = LocalEpochs.In(configuration),
        LocalBatch = LocalBatch.In(configuration),
        Mu = Mu.In(configuration),
        ServerRate = ServerRate.In(configuration),
        Buffer = Buffer.In(configuration),
        Concurrency = Concurrency.In(configuration),
        Aggregation = Aggregation.In(configuration),
        Byzantine = Byzantine.In(configuration),
        Secure = Secure.In(configuration),
        SecureThreshold = SecureThreshold.In(configuration),
        DropOut = DropOut.In(configuration),
        ClipNorm = ClipNorm.In(configuration),
        NoiseMultiplier = NoiseMultiplier.In(configuration),
        Delta = Delta.In(configuration),
    };

    internal override IEnumerable<string?> References =>
    [
        Algorithm.Parameter, Clients.Parameter, Split.Parameter, Alpha.Parameter, ClientShare.Parameter,
        LocalEpochs.Parameter, LocalBatch.Parameter, Mu.Parameter, ServerRate.Parameter, Buffer.Parameter,
        Concurrency.Parameter, Aggregation.Parameter, Byzantine.Parameter, Secure.Parameter,
        SecureThreshold.Parameter, DropOut.Parameter, ClipNorm.Parameter, NoiseMultiplier.Parameter, Delta.Parameter,
    ];
}
