using System.Numerics;

namespace TuneGraph.Training;

/// <summary>
/// Carries a checkpoint from one strategy to another: the model, and the optimizer's state, of which local steps keep
/// one for each rank (their mean is carried) and servers a single one.
/// </summary>
internal sealed class StateCarry<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const string ServerState = "optimizer.server";

    private readonly TrainingInput _input;
    private readonly int _worldSize;
    private readonly LocalLearner<T> _learner;

    /// <param name="input">The training.</param>
    /// <param name="worldSize">Number of ranks.</param>
    public StateCarry(TrainingInput input, int worldSize)
    {
        _input = input;
        _worldSize = worldSize;
        _learner = new LocalLearner<T>(input, 1);
    }

    /// <summary>The mode whose strategy wrote a checkpoint.</summary>
    public static SyncMode ModeOf(Checkpoint checkpoint) =>
        checkpoint.Fingerprint.StartsWith("model-average", StringComparison.Ordinal) ? SyncMode.LocalSteps
        : checkpoint.Fingerprint.StartsWith("parameter-server", StringComparison.Ordinal) ? SyncMode.BoundedStaleness
        : SyncMode.Synchronous;

    /// <summary>A checkpoint of another mode's strategy.</summary>
    public Checkpoint To(SyncMode mode, Checkpoint from)
    {
        var states = _learner.Optimizer.States.Select(state => state.Name).ToList();
        var arenas = states.ConvertAll(state => Read(ModeOf(from), state, from));
        var fingerprint = _input.Fingerprint<T>();
        IEnumerable<SafeTensor> tensors = from.OwnTensors();
        switch (mode)
        {
            case SyncMode.Synchronous:
                tensors = tensors.Concat(states.Zip(arenas).SelectMany(pair => Named(pair.First, pair.Second)));
                break;
            case SyncMode.BoundedStaleness:
                fingerprint = $"parameter-server {ParameterServerMode.Ssp}, {fingerprint}";
                tensors = tensors.Append(SafeTensor.Create<T>(ServerState, [arenas[0].Length], arenas[0]));
                break;
            default:
                fingerprint = $"model-average {ModelAverageRule.Mean} {false}, {fingerprint}";
                tensors = tensors.Concat(PerRank(states, arenas, from.Steps));
                break;
        }
        return Checkpoint.Of(fingerprint, from.FinishedEpochs, from.Steps, tensors);
    }

    public void Dispose() => _learner.Dispose();

    private T[] Read(SyncMode mode, string state, Checkpoint from)
    {
        var arena = new T[_learner.Plan.Length];
        switch (mode)
        {
            case SyncMode.Synchronous:
                foreach (var place in _learner.Plan.Parameters)
                    place.Set<T>(arena, from.File.Tensor($"optimizer.{state}.{place.Name}").Values<T>());
                break;
            case SyncMode.BoundedStaleness:
                from.File.Tensor(ServerState).Values<T>().CopyTo(arena);
                break;
            default:
                var ranks = from.File.Tensors.Where(
                    tensor => tensor.Name.StartsWith($"optimizer.{state}.rank", StringComparison.Ordinal)).ToList();
                foreach (var tensor in ranks)
                    ArenaArithmetic.AddScaled<T>(arena, tensor.Values<T>(), 1.0 / ranks.Count);
                break;
        }
        return arena;
    }

    private IEnumerable<SafeTensor> Named(string state, T[] arena)
    {
        foreach (var place in _learner.Plan.Parameters)
        {
            var values = new T[place.Count];
            place.Get<T>(arena, values);
            yield return SafeTensor.Create<T>($"optimizer.{state}.{place.Name}", place.Shape, values);
        }
    }

    private IEnumerable<SafeTensor> PerRank(List<string> states, List<T[]> arenas, long steps)
    {
        for (var rank = 0; rank < _worldSize; rank++)
        {
            yield return SafeTensor.Create<long>($"optimizer.steps.rank{rank}", [1], [steps]);
            foreach (var (state, arena) in states.Zip(arenas))
                yield return SafeTensor.Create<T>($"optimizer.{state}.rank{rank}", [arena.Length], arena);
        }
    }
}
