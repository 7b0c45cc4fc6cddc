namespace TuneGraph.Training;

/// <summary>
/// Federated learning: clients that hold rows of their own train on them, and a server makes one model of their
/// updates. An epoch is a round. The ranks share the sampled clients' work; any world size gives the same bits, but for
/// the transport of the updates nothing depends on it.
/// </summary>
public sealed record FederatedStrategy : TrainingStrategy
{
    /// <summary>What clients and server do. Default: FedAvg.</summary>
    public FederatedAlgorithm Algorithm { get; init => field = Known(nameof(Algorithm), value); } =
        FederatedAlgorithm.FedAvg;

    /// <summary>Number of clients, at least 1, at most the train rows. Default: 10.</summary>
    public int Clients { get; init => field = AtLeast(nameof(Clients), value, 1); } = 10;

    /// <summary>How the rows are spread. Default: at random.</summary>
    public ClientSplit Split { get; init => field = Known(nameof(Split), value); } = ClientSplit.Iid;

    /// <summary>α of the Dirichlet distribution, finite, above 0. Default: 0.5.</summary>
    public double Alpha { get; init => field = Positive(nameof(Alpha), value); } = 0.5;

    /// <summary>Share of the clients in a round (C), in (0, 1]; at least one client. Default: 1.</summary>
    public double ClientShare { get; init => field = Share(nameof(ClientShare), value); } = 1;

    /// <summary>Passes of a client over its rows in a round (E), at least 1. Default: 1.</summary>
    public int LocalEpochs { get; init => field = AtLeast(nameof(LocalEpochs), value, 1); } = 1;

    /// <summary>Rows of a client's step (B); 0 for all it has. Default: 10.</summary>
    public int LocalBatch { get; init => field = AtLeast(nameof(LocalBatch), value, 0); } = 10;

    /// <summary>Pull towards the round's model (μ) of FedProx; finite, at least 0. Default: 0.01.</summary>
    public double Mu { get; init => field = NotNegative(nameof(Mu), value); } = 0.01;

    /// <summary>Size of the server's step (η_g), finite, above 0. Default: 1.</summary>
    public double ServerRate { get; init => field = Positive(nameof(ServerRate), value); } = 1;

    /// <summary>Updates that fill FedBuff's buffer (K), at least 1. Default: 5.</summary>
    public int Buffer { get; init => field = AtLeast(nameof(Buffer), value, 1); } = 5;

    /// <summary>Clients at work at any time with FedBuff, at least <see cref="Buffer"/>. Default: 10.</summary>
    public int Concurrency { get; init => field = AtLeast(nameof(Concurrency), value, 1); } = 10;

    /// <summary>How the updates become one. Default: their mean.</summary>
    public ClientAggregation Aggregation { get; init => field = Known(nameof(Aggregation), value); } =
        ClientAggregation.Mean;

    /// <summary>
    /// Clients that may be malicious (f), at least 0. Default: 1. That many extremes on either side are left out by the
    /// trimmed mean; Krum looks at so many neighbours less two.
    /// </summary>
    public int Byzantine { get; init => field = AtLeast(nameof(Byzantine), value, 0); } = 1;

    /// <summary>
    /// Whether the server learns nothing but the sum of the updates: Bonawitz et al. 2017. Default: false.
    /// </summary>
    public bool Secure { get; init; }

    /// <summary>
    /// Share of a round's clients that must stay to the end for the sum to be opened, in (0, 1]; more than half. Default:
    /// 2/3. A round with fewer changes nothing.
    /// </summary>
    public double SecureThreshold { get; init => field = Share(nameof(SecureThreshold), value); } = 2.0 / 3;

    /// <summary>Probability that a client leaves a round before it sends its update, in [0, 1). Default: 0.</summary>
    public double DropOut { get; init => field = Fraction(nameof(DropOut), value); }

    /// <summary>
    /// The longest update of a client (S); a longer one is scaled down. Finite, at least 0; 0, the default, for none.
    /// </summary>
    public double ClipNorm { get; init => field = NotNegative(nameof(ClipNorm), value); }

    /// <summary>
    /// Noise of differentially private FedAvg in multiples of <see cref="ClipNorm"/> (z); finite, at least 0. Default: 0.
    /// Above it, each client takes part in a round with probability <see cref="ClientShare"/>, all count alike, and the
    /// privacy spent is reported: McMahan et al. 2018, arXiv:1710.06963, Algorithm 1, fixed denominator. The noise comes
    /// from the training's seed, so that runs can be repeated: whoever knows the seed can take it away again.
    /// </summary>
    public double NoiseMultiplier { get; init => field = NotNegative(nameof(NoiseMultiplier), value); }

    /// <summary>δ of the privacy reported, in (0, 1). Default: 1e-5.</summary>
    public double Delta { get; init => field = Fraction(nameof(Delta), Positive(nameof(Delta), value)); } = 1e-5;

    internal bool IsPrivate => NoiseMultiplier > 0;

    internal override string? WhyNot(TrainingSpec spec, DataSchema schema) =>
        spec.Accumulation > 1
            ? "The strategy federated spreads no step over several passes; make accumulation 1, or localBatch smaller."
        : Secure && (Aggregation != ClientAggregation.Mean || Algorithm is FederatedAlgorithm.Scaffold
            or FederatedAlgorithm.FedBuff)
            ? "Secure aggregation opens the sum of a round only: it goes with the mean, of FedAvg or FedProx."
        : Secure && SecureThreshold <= 0.5
            ? $"The threshold of secure aggregation is {SecureThreshold}; more than half must stay, or a server could "
                + "open two different sums."
        : IsPrivate && (ClipNorm <= 0 || Aggregation != ClientAggregation.Mean
            || Algorithm is FederatedAlgorithm.Scaffold or FederatedAlgorithm.FedBuff)
            ? "Noise needs a clip norm above 0, and goes with the mean, of FedAvg or FedProx."
        : Algorithm == FederatedAlgorithm.FedBuff && Concurrency > Clients
            ? $"FedBuff cannot have {Concurrency} of {Clients} clients at work; lower concurrency."
        : Secure && Clients > SecretShares.Most
            ? $"Secure aggregation has at most {SecretShares.Most} clients, not {Clients}."
        : Algorithm == FederatedAlgorithm.FedBuff && Concurrency < Buffer
            ? $"FedBuff cannot fill a buffer of {Buffer} with {Concurrency} clients at work; raise concurrency."
        : null;
}
