using System.Diagnostics;
using TuneGraph.Collectives;

namespace TuneGraph.Training;

/// <summary>One rank's part of k-means.</summary>
internal sealed class KMeansRun : StrategyRun
{
    private const string CentresName = "layers.0.centres", HeadName = "layers.1.weight", BiasName = "layers.1.bias";
    private const string SeenName = "optimizer.seen", ConvergedName = "optimizer.converged";

    private readonly KMeansStrategy _strategy;
    private readonly Dataset _data;
    private readonly int _clusters, _outputs;
    private readonly RowPartition _partition;
    private readonly RowAssignment _rows;
    private readonly RowAssignment? _batch;
    private readonly ClusterTotals _totals;
    private readonly float[] _centres;
    private readonly float[] _head;
    private readonly long[] _seen;
    private double _threshold;
    private bool _converged;

    public KMeansRun(KMeansStrategy strategy, TrainingInput input, ProcessGroup group)
        : base(input, group, input.Fingerprint<float>())
    {
        _strategy = strategy;
        _data = input.Train;
        _clusters = ((CentroidsSpec)input.Spec.Model).Clusters;
        _outputs = _data.Schema.Outputs;
        _partition = new RowPartition(_data.Rows, group.Rank, group.WorldSize);
        _rows = new RowAssignment(_data, _partition.End - _partition.From);
        _rows.Load(_partition.From, _partition.End);
        _batch = strategy.BatchRows > 0 ? new RowAssignment(_data, strategy.BatchRows) : null;
        _totals = new ClusterTotals(_data, _clusters);
        _centres = new float[_clusters * _data.Features];
        _head = new float[_clusters * _outputs];
        _seen = new long[_clusters];
    }

    public override void Dispose()
    {
        _rows.Dispose();
        _batch?.Dispose();
        base.Dispose();
    }

    protected override void Begin()
    {
        new KMeansSeeder(_strategy, _data, _rows, Seed, Group).Seed(_clusters).CopyTo(_centres, 0);
        Assign();
        SetThreshold();
    }

    protected override void Restore(Checkpoint start)
    {
        start.File.Tensor(CentresName).Values<float>().CopyTo(_centres);
        start.File.Tensor(SeenName).Values<long>().CopyTo(_seen);
        _converged = start.File.Tensor(ConvergedName).Values<long>()[0] != 0;
        Assign();
        SetThreshold();
    }

    protected override EpochOutcome RunEpoch(int epoch, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var started = Stopwatch.GetTimestamp();
        if (_batch is not null)
            RunBatches(epoch, cancellationToken);
        else if (!_converged)
            Update();
        if (_batch is not null || !_converged)
            Assign();
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        var (validation, accuracy) = Validate();
        return new EpochOutcome
        {
            TrainLoss = _totals.Cost / _data.Rows,
            ValidationLoss = validation,
            ValidationAccuracy = accuracy,
            Seconds = new StepSeconds(seconds, 0, 0, 0),
            Parameters = _centres.Length,
        };
    }

    protected override Checkpoint Capture(int epoch) => Checkpoint.Of(Fingerprint, epoch, epoch,
    [
        SafeTensor.Create<float>(CentresName, [_clusters, _data.Features], _centres),
        SafeTensor.Create<float>(HeadName, [_outputs, _clusters], _head),
        SafeTensor.Create<float>(BiasName, [_outputs], new float[_outputs]),
        SafeTensor.Create<long>(SeenName, [_clusters], _seen),
        SafeTensor.Create<long>(ConvergedName, [1], [_converged ? 1 : 0]),
    ]);

    /// <summary>Lloyd's step: centres become the means of their rows.</summary>
    private void Update()
    {
        var before = _centres.ToArray();
        EmptyClusters.Repair(_totals, _clusters, _rows, _data, Group);
        _totals.Means(_centres);
        var moved = 0.0;
        for (var i = 0; i < before.Length; i++)
            moved += (double)(_centres[i] - before[i]) * (_centres[i] - before[i]);
        _converged = moved <= _threshold;
    }

    /// <summary>Every row to its nearest centre; what the clusters hold, over all ranks.</summary>
    private void Assign()
    {
        using var centres = new Centres(_centres, _data.Features);
        _totals.Clear();
        _rows.Assign(centres, _totals, _partition.BlockRows);
        _totals.AllReduce(Group);
        _totals.Head(_head);
    }

    private void SetThreshold()
    {
        Span<long> squares = [0];
        for (var i = 0; i < _rows.Rows.Length; i++)
            squares[0] += _totals.Exact(_rows.Norm(i));
        Group.AllReduce(squares);
        _threshold = _strategy.Tolerance * _totals.Variance(_data.Rows, squares[0]);
    }

    /// <summary>Sculley 2010, Algorithm 1, as many mini-batches as there are rows for.</summary>
    private void RunBatches(int epoch, CancellationToken cancellationToken)
    {
        var size = _strategy.BatchRows;
        var batches = (_data.Rows + size - 1) / size;
        var part = new RowPartition(size, Group.Rank, Group.WorldSize);
        var rows = new int[part.End - part.From];
        for (var batch = 0; batch < batches; batch++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var draw = RandomStream.Strategy(Seed, StrategyDraw.BatchRows, epoch);
            for (var i = part.From; i < part.End; i++)
                rows[i - part.From] = (int)(draw.Uniform(((ulong)batch * (ulong)size) + (ulong)i) * _data.Rows);
            using var centres = new Centres(_centres, _data.Features);
            _batch!.Load(rows);
            _totals.Clear();
            _batch.Assign(centres, _totals, part.BlockRows);
            _totals.AllReduce(Group);
            _totals.Learn(_centres, _seen);
        }
    }

    private (double Loss, double? Accuracy) Validate()
    {
        if (Input.Validation is not { } data)
            return (double.NaN, null);
        var part = new RowPartition(data.Rows, Group.Rank, Group.WorldSize);
        using var rows = new RowAssignment(data, part.End - part.From);
        using var centres = new Centres(_centres, data.Features);
        rows.Load(part.From, part.End);
        rows.Assign(centres, null, part.BlockRows);
        Span<double> sums = [0, 0];
        for (var i = 0; i < rows.Rows.Length; i++)
        {
            sums[0] += rows.Distances[i];
            sums[1] += !data.Labels.IsEmpty && data.Labels[rows.Rows[i]] == ClassOf(rows.Nearest[i]) ? 1 : 0;
        }
        Group.AllReduce(sums);
        return (sums[0] / data.Rows, data.Labels.IsEmpty ? null : sums[1] / data.Rows);
    }

    private int ClassOf(int cluster)
    {
        var best = 0;
        for (var o = 1; o < _outputs; o++)
        {
            if (_head[(o * _clusters) + cluster] > _head[(best * _clusters) + cluster])
                best = o;
        }
        return best;
    }
}
