using System.Collections.Immutable;
using System.Numerics;
using TuneGraph.Collectives;

namespace TuneGraph.Training;

/// <summary>
/// One rank's part of synchronous descent on a mesh: the same steps as data-parallel training takes, where a rank has
/// some of the layers, or a part of each, or both.
/// </summary>
internal sealed unsafe class MeshRun<T> : StrategyRun
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly MeshSpec _spec;
    private readonly Mesh _mesh;
    private readonly ThreadTeam _team;
    private readonly Kernels<T> _kernels;
    private readonly ModelStage<T> _stage;
    private readonly PassSum<T> _passes;
    private readonly PipelineStep<T> _step;
    private readonly Optimizer<T> _optimizer;
    private readonly MeshState<T> _state;
    private readonly StepClock _clock;
    private readonly int[] _order;
    private readonly int[] _validation;
    private readonly MicroBatch[] _micro;
    private readonly int _capacity;
    private readonly long _parameters;

    public MeshRun(MeshSpec spec, TrainingInput input, ProcessGroup group)
        : base(input, group, input.Fingerprint<T>())
    {
        _clock = new StepClock(input.Time);
        _spec = spec.MicroBatches > 0 ? spec : spec with { MicroBatches = input.Spec.Accumulation };
        TensorPart? part = spec.Tensor > 1 ? new TensorPart(0, spec.Tensor) : null;
        var whole = new ArenaPlan(Panels<T>.Width);
        input.Shape.Check(ModelStage<T>.Make(input.Shape, whole, null, null).Output);
        var parts = ModelStage<T>.Make(input.Shape, new ArenaPlan(Panels<T>.Width), part, null).Parts;
        var layers = input.Shape.Layers.Length;
        var stages = spec.Stages.IsEmpty
            ? StageSplit.Balanced(parts, layers, spec.Pipeline)
            : StageSplit.Given(parts, layers, spec.Stages);
        _parameters = whole.Parameters.Sum(place => (long)place.Count);
        _order = new int[input.Train.Rows];
        _validation = [.. Enumerable.Range(0, input.Validation?.Rows ?? 0)];
        _micro = new MicroBatch[_spec.MicroBatches];
        var share = (input.BatchSize + spec.Data - 1) / spec.Data;
        _capacity = (share + _spec.MicroBatches - 1) / _spec.MicroBatches;
        _mesh = new Mesh(spec, group);
        _team = new ThreadTeam(input.Spec.Threads);
        _kernels = Kernels<T>.On(_team);
        _stage = MakeStage(stages[_mesh.Stage]);
        _passes = new PassSum<T>(_kernels, _stage.Gradient, _spec.MicroBatches);
        var moves = PipelineMoves.Of(spec.Schedule, _mesh.Stage, spec.Pipeline, _spec.MicroBatches);
        _step = new PipelineStep<T>(_stage, moves, _mesh.StageGroup, _passes, _clock);
        // Clipping goes by the whole model's norm, of which the optimizer sees a part.
        _optimizer = new Optimizer<T>(
            input.Spec.Optimizer with { ClipNorm = 0, ClipValue = 0 }, _stage.Plan.Length,
            [.. _stage.Plan.Parameters.Select(place => place.Range)], _kernels);
        _state = new MeshState<T>(whole, _stage.Plan, _mesh, group);
    }

    private bool IsLast => _mesh.Stage == _spec.Pipeline - 1;

    /// <summary>Whether this rank speaks for its part of the batch.</summary>
    private bool Measures => IsLast && _mesh.Part == 0;

    protected override double? BubbleByFormula => _spec.Pipeline > 1
        ? (_spec.Pipeline - 1.0) / (_spec.MicroBatches + _spec.Pipeline - 1)
        : null;

    protected override long SentSoFar => _mesh.SentBytes;

    public override void Dispose()
    {
        _optimizer.Dispose();
        _passes.Dispose();
        _stage.Dispose();
        _kernels.Dispose();
        _team.Dispose();
        _mesh.Dispose();
        base.Dispose();
    }

    protected override void Begin() =>
        _stage.Plan.Fill(_stage.Parameters.Span, _stage.Statistics.Span, Seed);

    protected override void Restore(Checkpoint start) => _state.Restore(start, _stage, _optimizer);

    protected override Checkpoint Capture(int epoch) =>
        Checkpoint.Of(Fingerprint, epoch, _optimizer.Steps, _state.Capture(_stage, _optimizer));

    protected override EpochOutcome RunEpoch(int epoch, CancellationToken cancellationToken)
    {
        try
        {
            return RunSteps(epoch, cancellationToken);
        }
        catch (Exception e) when (e is not CollectiveException)
        {
            _mesh.Abort(e.Message);         // groups end one by one
            throw;
        }
    }

    private EpochOutcome RunSteps(int epoch, CancellationToken cancellationToken)
    {
        for (var i = 0; i < _order.Length; i++)
            _order[i] = i;
        RandomStream.Shuffle(Seed, epoch).Shuffle(_order);
        var sent = _mesh.SentBytes;
        var rate = 0.0;
        for (var start = 0; start < _order.Length; start += Input.BatchSize)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var batch = Math.Min(Input.BatchSize, _order.Length - start);
            for (var number = 0; number < _micro.Length; number++)
                _micro[number] = MicroBatchOf(epoch, start, batch, number);
            _step.Run(_micro, 1.0 / batch);
            _mesh.DataGroup?.AllReduce(_stage.Gradient.Span, cancellationToken: cancellationToken);
            _clock.EndCommunication();
            Clip();
            rate = Input.Spec.Optimizer.LearningRate * Input.Spec.Schedule.FactorAt(
                _optimizer.Steps, Input.StepsPerEpoch, Input.Spec.Epochs, Input.BatchSize);
            _optimizer.Step(_stage.Parameters, _stage.Gradient, rate);
            _clock.EndOptimizer();
        }
        var loss = _stage.TakeLoss().Loss;
        return Report(loss, Evaluate(cancellationToken), rate, _mesh.SentBytes - sent);
    }

    /// <summary>The rows that data-parallel training gives a rank in a pass of the same number.</summary>
    private MicroBatch MicroBatchOf(int epoch, int start, int batch, int number)
    {
        var (from, end) = ShareOf(batch);
        var first = start + from + (int)((long)(end - from) * number / _micro.Length);
        var last = start + from + (int)((long)(end - from) * (number + 1) / _micro.Length);
        return new MicroBatch(
            number, Input.Train, _order.AsMemory(first, last - first), new DropoutMask(Seed, epoch, first));
    }

    private (double Loss, int Correct) Evaluate(CancellationToken cancellationToken)
    {
        var (from, end) = ShareOf(_validation.Length);
        for (; from < end; from += _capacity)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var rows = _validation.AsMemory(from, Math.Min(_capacity, end - from));
            _step.Predict(new MicroBatch(0, Input.Validation!, rows, null), IsLast);
        }
        return _stage.TakeLoss();
    }

    /// <summary>By values, then by the norm of the whole model's gradient, as the optimizer does alone.</summary>
    private void Clip()
    {
        var spec = Input.Spec.Optimizer;
        var gradient = _stage.Gradient.Pointer;
        nint length = _stage.Plan.Length;
        if (spec.ClipValue > 0)
            _kernels.Clamp(gradient, T.CreateTruncating(spec.ClipValue), length);
        if (spec.ClipNorm <= 0)
            return;
        Span<double> square = [0];
        foreach (var place in _stage.Plan.Parameters)
        {
            if (_mesh.Part == 0 || place.Slice is not null)
                square[0] += _kernels.SumOfSquares(gradient + place.Range.Start, place.Range.Length);
        }
        _mesh.PartGroup?.AllReduce(square);
        _mesh.StageGroup?.AllReduce(square);
        var norm = Math.Sqrt(square[0]);
        if (norm > spec.ClipNorm)
            _kernels.Scale(gradient, T.CreateTruncating(spec.ClipNorm / norm), length);
    }

    private EpochOutcome Report(double loss, (double Loss, int Correct) validation, double rate, long bytes)
    {
        var (now, busy) = _step.Clock.Take();
        var isColumn = _mesh.Data == 0 && _mesh.Part == 0;      // the ranks of one pipeline
        Span<double> sums =
        [
            Measures ? loss : 0, Measures ? validation.Loss : 0, Measures ? validation.Correct : 0, bytes,
            isColumn ? busy : 0, isColumn && _mesh.Stage == 0 ? now : 0,    // the first stage ends last
        ];
        Group.AllReduce(sums);
        Span<long> most = [_step.MostLive, _stage.ValueBytes];
        Group.AllReduce(most, ReduceOp.Max);
        var measures = ImmutableArray.Create(
            KeyValuePair.Create("bytes", sums[3]), KeyValuePair.Create("value_bytes", (double)most[1]));
        if (_spec.Pipeline > 1)
        {
            measures = measures.AddRange(
                KeyValuePair.Create("bubble", 1 - (sums[4] / (_spec.Pipeline * sums[5]))),
                KeyValuePair.Create("live_micro_batches", (double)most[0]));
        }
        var rows = _validation.Length;
        return new EpochOutcome
        {
            TrainLoss = sums[0] / Input.Train.Rows,
            ValidationLoss = rows == 0 ? double.NaN : sums[1] / rows,
            ValidationAccuracy = rows == 0 || Input.Loss.Task != LearningTask.Classification ? null : sums[2] / rows,
            Seconds = _clock.Take(),
            LearningRate = rate,
            Parameters = _parameters,
            Measures = measures,
            Memory = new TrainingMemory(
                _stage.Parameters.Length * sizeof(T), (_stage.Gradient.Length + _passes.Length) * sizeof(T),
                _optimizer.States.Sum(state => state.Values.Length) * sizeof(T)),
        };
    }

    private (int From, int End) ShareOf(int count) => (
        (int)((long)count * _mesh.Data / _spec.Data), (int)((long)count * (_mesh.Data + 1) / _spec.Data));

    private ModelStage<T> MakeStage(Range layers)
    {
        var live = PipelineMoves.Live(_spec.Schedule, _mesh.Stage, _spec.Pipeline, _spec.MicroBatches);
        var stage = new StageSpec(layers, _mesh.Stage == 0, IsLast, live, _spec.Recompute, _capacity);
        TensorPart? part = _spec.Tensor > 1 ? new TensorPart(_mesh.Part, _spec.Tensor) : null;
        return new ModelStage<T>(Input.Shape, stage, _kernels, part, _mesh.PartGroup, _mesh.DataGroup);
    }
}
