using System.Collections.Immutable;
using System.Globalization;
using System.Numerics;

namespace TuneGraph.Training;

/// <summary>
/// Everything needed to go on with a training bit for bit: parameters, running statistics, optimizer state, finished
/// epochs and steps (of which the learning rate is a function), what the compression of gradients has left out so far,
/// and the scale of float16's losses. Chance needs no state here: it is a function of the seed and of what is done
/// next. Immutable.
/// </summary>
public sealed class Checkpoint
{
    private const string Format = "tunegraph-checkpoint-1";
    private readonly SafeTensorsFile _file;

    private Checkpoint(SafeTensorsFile file)
    {
        if (!file.Metadata.TryGetValue("format", out var format) || format != Format)
        {
            throw new InvalidDataException($"This is not a checkpoint of a training: its format is "
                + $"'{format ?? "not given"}', '{Format}' is needed.");
        }
        _file = file;
        FinishedEpochs = (int)Number("epochs", int.MaxValue);
        Steps = Number("steps", long.MaxValue);
        Fingerprint = file.Meta("fingerprint");
    }

    /// <summary>Epochs behind this state, at least 0.</summary>
    public int FinishedEpochs { get; }

    /// <summary>Optimizer steps behind this state, at least 0.</summary>
    public long Steps { get; }

    /// <summary>
    /// The parts of the specification that the numbers depend on for their meaning: layers and their sizes, loss,
    /// kind of optimizer, float or double. A checkpoint fits every training with the same fingerprint; settings such
    /// as the learning rate may differ.
    /// </summary>
    public string Fingerprint { get; }

    /// <summary>This checkpoint as a safetensors file.</summary>
    public byte[] ToBytes() => SafeTensors.Write(_file);

    /// <summary>Reads a checkpoint.</summary>
    /// <param name="bytes">What <see cref="ToBytes"/> gave.</param>
    /// <exception cref="InvalidDataException">The bytes are damaged, or not a checkpoint.</exception>
    public static Checkpoint FromBytes(ReadOnlySpan<byte> bytes) => new(SafeTensors.Read(bytes));

    /// <summary>Copies the state; a collective where ranks divide it.</summary>
    internal static Checkpoint Capture<T>(
        string fingerprint, int epochs, Network<T> network, Optimizer<T> optimizer, GradientExchange<T> exchange,
        LossScaler? scaler = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var plan = network.Plan;
        List<SafeTensor> tensors =
        [
            .. ParameterTensors.Of("", plan.Parameters, network.Parameters),
            .. ParameterTensors.Of("", plan.Statistics, network.Statistics),
        ];
        using var whole = new NativeArray<T>(exchange.Shards is null ? 0 : plan.Length);
        foreach (var (name, values) in optimizer.States)
        {
            exchange.Shards?.Put(values, whole);
            exchange.Shards?.Share(whole);
            var state = exchange.Shards is null ? values : whole;
            tensors.AddRange(ParameterTensors.Of(Prefix(name), plan.Parameters, state));
        }
        List<(string, string)> more = scaler is null ? [] : [(LossScaler.Key, scaler.State)];
        if (exchange.Residuals is { } residuals)
        {
            tensors.AddRange(residuals.Capture());
            more.Add((ResidualState.Key, residuals.Description));
        }
        return Of(fingerprint, epochs, optimizer.Steps, tensors, [.. more]);
    }

    /// <summary>A checkpoint of named tensors; those of the model are those not named "optimizer.…".</summary>
    internal static Checkpoint Of(
        string fingerprint, int epochs, long steps, IEnumerable<SafeTensor> tensors,
        params ReadOnlySpan<(string Key, string Value)> more) =>
        new(new SafeTensorsFile([.. tensors], ImmutableDictionary<string, string>.Empty
            .AddRange(more.ToArray().Select(pair => KeyValuePair.Create(pair.Key, pair.Value)))
            .Add("format", Format)
            .Add("fingerprint", fingerprint)
            .Add("epochs", epochs.ToString(CultureInfo.InvariantCulture))
            .Add("steps", steps.ToString(CultureInfo.InvariantCulture))));

    /// <summary>All tensors.</summary>
    internal SafeTensorsFile File => _file;

    /// <exception cref="ArgumentException">The checkpoint belongs to another kind of training.</exception>
    internal void Restore<T>(
        string fingerprint, Network<T> network, Optimizer<T> optimizer, GradientExchange<T> exchange,
        LossScaler? scaler = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (fingerprint != Fingerprint)
        {
            throw new ArgumentException($"The checkpoint was written by a training of '{Fingerprint}'; "
                + $"this one is of '{fingerprint}'. Start without it, or use the specification it belongs to.");
        }
        var plan = network.Plan;
        ParameterTensors.Load(_file, "", plan.Parameters, network.Parameters);
        ParameterTensors.Load(_file, "", plan.Statistics, network.Statistics);
        using var whole = new NativeArray<T>(exchange.Shards is null ? 0 : plan.Length);
        foreach (var (name, values) in optimizer.States)
        {
            DeviceArray<T> state = exchange.Shards is null ? values : whole;
            ParameterTensors.Load(_file, Prefix(name), plan.Parameters, state);
            exchange.Shards?.Take(whole, values);
        }
        exchange.Residuals?.Restore(_file);
        if (_file.Metadata.TryGetValue(LossScaler.Key, out var scale))
            scaler?.Restore(scale);
        optimizer.Steps = Steps;
    }

    /// <summary>The tensors of the model itself, in float32.</summary>
    internal IEnumerable<SafeTensor> ModelTensors() => OwnTensors().Select(ParameterTensors.ToSingle);

    /// <summary>The tensors of the model itself, as they are.</summary>
    internal IReadOnlyList<SafeTensor> OwnTensors() => [.. _file.Tensors
        .Where(tensor => !tensor.Name.StartsWith("optimizer.", StringComparison.Ordinal)
            && !tensor.Name.StartsWith(ResidualState.Prefix, StringComparison.Ordinal))];

    private static string Prefix(string state) => $"optimizer.{state}.";

    private long Number(string name, long most) =>
        long.TryParse(_file.Meta(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && number <= most
            ? number
            : throw new InvalidDataException(
                $"The checkpoint's '{name}' is '{_file.Meta(name)}', not a whole number from 0.");
}
