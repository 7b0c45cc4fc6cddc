using System.Collections.Immutable;
using TuneGraph.Search;

namespace TuneGraph;

/// <summary>A file by its content.</summary>
/// <param name="Name">Its name, without a folder; the ending tells how it is read.</param>
/// <param name="Sha256">Hash of its bytes, 64 lower-case hexadecimal digits.</param>
internal sealed record ArtifactFile(string Name, string Sha256);

/// <summary>A checkpoint by its content.</summary>
/// <param name="Segment">Key of the segment that wrote it.</param>
/// <param name="Step">Finished steps.</param>
/// <param name="Sha256">Hash of its bytes.</param>
internal sealed record CheckpointReference(string Segment, int Step, string Sha256);

/// <summary>
/// All that a worker needs to train one segment of one trial. It says what to compute, not how: the worker reads the
/// sweep itself, and refuses if the key that it arrives at is not the order's.
/// </summary>
internal sealed record TrainingOrder
{
    /// <summary>Fencing token of the attempt.</summary>
    public required string Token { get; init; }

    /// <summary>The study.</summary>
    public required string Study { get; init; }

    /// <summary>The trial.</summary>
    public required int Trial { get; init; }

    /// <summary>Key of the segment.</summary>
    public required string Segment { get; init; }

    /// <summary>Key of the segment before it; null for a first one.</summary>
    public string? Previous { get; init; }

    /// <summary>Finished steps before and after it.</summary>
    public required int From { get; init; }

    /// <inheritdoc cref="From"/>
    public required int To { get; init; }

    /// <summary>Ranks that run here, each on a thread.</summary>
    public required int Ranks { get; init; }

    /// <summary>How the segment is computed.</summary>
    public SegmentShape Shape { get; init; } = new(Ranks: 1, Passes: 1);

    /// <summary>Where they sit among the ranks of other workers; null where these are all.</summary>
    public GangSeat? Gang { get; init; }

    /// <summary>The sweep file's text.</summary>
    public required string Sweep { get; init; }

    /// <summary>The sweep's seed.</summary>
    public required ulong Seed { get; init; }

    /// <summary>The data: the file itself first, then those that belong to it.</summary>
    public required ImmutableArray<ArtifactFile> Data { get; init; }

    /// <summary>The trial's parameters, each encoded with its kind.</summary>
    public required ImmutableArray<EncodedParameter> Parameters { get; init; }

    /// <summary>Whether nothing but the checkpoint can stand for the steps before.</summary>
    public bool IsFork { get; init; }

    /// <summary>From where to go on; null from the beginning.</summary>
    public CheckpointReference? Start { get; init; }

    public Configuration Configuration() =>
        new(Parameters.Select(item => KeyValuePair.Create(item.Name, ParameterValue.Decode(item.Value))));
}

/// <summary>Which ranks of a gang that is spread over workers a worker runs.</summary>
/// <param name="Name">Names the process group; with the attempt's number, so that no other attempt's ranks
/// join.</param>
/// <param name="WorldSize">Ranks of all workers together.</param>
/// <param name="FirstRank">The first of this worker's ranks, which follow each other. Who has rank 0 opens the place
/// to meet.</param>
/// <param name="Meeting">Where they meet; null for who opens it.</param>
internal sealed record GangSeat(string Name, int WorldSize, int FirstRank, GangMeeting? Meeting);

/// <summary>Where the ranks of a gang find each other.</summary>
/// <param name="Store">
/// Address and port of the rendezvous store; or, behind <see cref="BusPrefix"/>, the topic of who has rank 0.
/// </param>
/// <param name="Secret">Known to the ranks of this attempt alone.</param>
/// <param name="Encrypts">Whether they talk by TLS: they do where their messages leave the machine.</param>
internal sealed record GangMeeting(string Store, string Secret, bool Encrypts)
{
    /// <summary>What a place to meet by pub/sub begins with.</summary>
    public const string BusPrefix = "dapr:";
}

/// <summary>A parameter's value with its kind, to the last bit.</summary>
internal sealed record EncodedParameter(string Name, string Value);
