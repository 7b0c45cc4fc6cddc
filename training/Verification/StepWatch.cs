using System.Numerics;
using TuneGraph.Collectives;

namespace TuneGraph.Training;

/// <summary>Looks on as the ranks of a data-parallel training take their first steps.</summary>
/// <param name="input">What is trained.</param>
/// <param name="group">The ranks.</param>
/// <param name="network">This rank's.</param>
/// <param name="exchange">This rank's.</param>
internal sealed class StepWatch<T>(
    TrainingInput input, ProcessGroup group, Network<T> network, GradientExchange<T> exchange)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly VerificationSpec _spec = input.Spec.Verification!;
    private readonly int _steps = Math.Min(input.Spec.Verification!.Steps, input.StepsPerEpoch);
    private TrafficCounters _before;
    private long _sent;
    private int _taken;
    private List<SafeTensor>? _tensors;

    /// <summary>Steps will follow.</summary>
    public void BeginEpoch() => _before = exchange.Traffic;

    /// <param name="step">Steps behind the parameters, from the training's beginning.</param>
    public void AfterStep(long step)
    {
        if (_taken < _steps && ++_taken == _steps)
        {
            _sent = (exchange.Traffic - _before).PayloadBytes;
            _tensors = [.. ParameterTensors.Of("", network.Plan.Parameters, network.Parameters)];
        }
        if (_spec.HashEvery == 0 || step % _spec.HashEvery != 0)
            return;
        var before = exchange.Traffic;
        network.Parameters.Download();
        RankAgreement.Check<T>(group, step, network.Plan.Parameters, network.Parameters.Span);
        _before = new TrafficCounters(
            _before.PayloadBytes + (exchange.Traffic - before).PayloadBytes, _before.HeaderBytes, _before.Messages);
    }

    /// <summary>The comparison, once, on rank 0; null elsewhere and later. A collective.</summary>
    public unsafe VerificationReport? Take()
    {
        if (_tensors is not { } mine)
            return null;
        _tensors = null;
        Span<long> bytes = [_sent];
        group.AllReduce(bytes);
        var total = bytes[0];
        var theirs = Patient.OnFirst(group, () => TrainingRun<T>.FirstSteps(Alone(), _steps));
        if (theirs is null)
            return null;
        var (n, size) = (group.WorldSize, (long)network.Plan.Length * sizeof(T));
        var compressed = n > 1 && input.Spec.Exchange.Compression.Kind != CompressionKind.None;
        return TensorComparison.Compare(mine, theirs, new VerificationReport
        {
            Steps = _steps,
            Oracle = "one rank alone",
            Allowed = compressed
                ? double.PositiveInfinity
                : TensorComparison.Allowed(typeof(T) == typeof(double), _steps),
            Bytes = total,
            BytesByFormula = 2L * (n - 1) * size * _steps,
            Formula = $"2 (N - 1) S a step, N = {n}, S = {size:N0}{(compressed ? ", uncompressed" : "")}",
        });
    }

    private TrainingInput Alone() => new(
        input.Spec with { Verification = null, Exchange = new ExchangeSpec(), Prefetch = 0 },
        input.Train, validation: null, input.Start, input.UntilEpoch);
}
