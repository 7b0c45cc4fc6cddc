using System.Numerics;
using TuneGraph.Collectives;

namespace TuneGraph.Training;

/// <summary>One rank's part of federated learning: it lets every N-th of a round's clients train.</summary>
internal sealed class FederatedRun<T> : StrategyRun
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const string MeanName = "optimizer.control.mean", AllName = "optimizer.control.all";

    private readonly FederatedStrategy _strategy;
    private readonly LocalWork<T> _work;
    private readonly ControlVariates<T>? _controls;
    private readonly BufferedClients<T>? _buffer;
    private readonly ClientMean<T> _mean;
    private T[] _model = [];

    public FederatedRun(FederatedStrategy strategy, TrainingInput input, ProcessGroup group)
        : base(input, group, $"federated {strategy.Algorithm} {strategy.Clients}, {input.Fingerprint<T>()}")
    {
        _strategy = strategy;
        var rows = ClientRows.Of(input.Train, strategy, input.Spec.Seed);
        _work = new LocalWork<T>(strategy, input, rows);
        _mean = new ClientMean<T>(strategy, _work.Elements(), input.Spec.Seed, group);
        if (strategy.Algorithm == FederatedAlgorithm.Scaffold)
            _controls = new ControlVariates<T>(strategy.Clients, _work.Learner.Plan.Length);
        if (strategy.Algorithm == FederatedAlgorithm.FedBuff)
            _buffer = new BufferedClients<T>(strategy, input.Spec.Seed);
    }

    public override void Dispose()
    {
        _work.Dispose();
        base.Dispose();
    }

    protected override void Begin()
    {
        _work.Learner.Network.Initialize(Seed);
        _model = _work.Get();
    }

    protected override void Restore(Checkpoint start)
    {
        _work.Learner.LoadModel(start.File);
        _model = _work.Get();
        if (_controls is { } controls)
        {
            start.File.Tensor(MeanName).Values<T>().CopyTo(controls.Mean);
            start.File.Tensor(AllName).Values<T>().CopyTo(controls.All);
        }
        _buffer?.Restore(start.File);
    }

    protected override EpochOutcome RunEpoch(int epoch, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var rate = _work.Learner.LearningRate((long)(epoch - 1) * Input.StepsPerEpoch);
        var (loss, samples, clients) = _buffer is { } buffer ? RunBuffered(buffer, epoch, rate) : RunRound(epoch, rate);
        _work.Set(_model);
        var measures = new List<KeyValuePair<string, double>> { new("client_bytes", BytesOf(clients)) };
        if (_strategy.IsPrivate)
        {
            measures.Add(new("epsilon", PrivacyAccountant.Epsilon(
                _strategy.ClientShare, _strategy.NoiseMultiplier, epoch, _strategy.Delta)));
        }
        if (_strategy.Secure)
            measures.Add(new("opened", _mean.Opened ? 1 : 0));
        var (trainLoss, _) = samples > 0 ? (loss / samples, 0) : Judge(Input.Train);
        var (validation, accuracy) = Input.Validation is { } data ? Judge(data) : (double.NaN, null);
        return new EpochOutcome
        {
            TrainLoss = trainLoss,
            ValidationLoss = validation,
            ValidationAccuracy = accuracy,
            Seconds = _work.Learner.Network.Clock.Take(),
            LearningRate = rate,
            Parameters = _work.Learner.Parameters,
            Measures = [.. measures],
        };
    }

    protected override Checkpoint Capture(int epoch)
    {
        _work.Set(_model);
        var tensors = _work.Learner.ModelTensors();
        if (_controls is { } controls)
        {
            tensors = tensors.Append(SafeTensor.Create<T>(MeanName, [controls.Mean.Length], controls.Mean))
                .Append(SafeTensor.Create<T>(AllName, [controls.All.Length], controls.All));
        }
        return Checkpoint.Of(Fingerprint, epoch, epoch, tensors.Concat(_buffer?.Tensors() ?? []));
    }

    private (double Loss, double Samples, int Clients) RunRound(int round, double rate)
    {
        var sampled = _mean.Sample(round);
        if (sampled.Length == 0)
            return (0, 0, 0);
        var own = Train(sampled, round, rate);
        var stays = _mean.Stay(sampled, round);
        if (_strategy.Secure)
        {
            _mean.ApplySecurely(_model, own, stays, round);
            var (secretLoss, secretSamples) = Told(own, sampled.Length);
            return (secretLoss, secretSamples, sampled.Length);
        }
        var results = Gather(own, sampled.Length);
        int[] kept = [.. Enumerable.Range(0, sampled.Length).Where(i => stays[i])];
        if (kept.Length > 0)
            _mean.Apply(_model, [.. kept.Select(i => results[i])], round);
        _controls?.Learn(kept.Select(i => (sampled[i], results[i].Change, results[i].Steps * rate)));
        return (results.Sum(result => result.Loss), results.Sum(result => result.Samples), sampled.Length);
    }

    private (double Loss, double Samples, int Clients) RunBuffered(BufferedClients<T> buffer, int round, double rate)
    {
        var starting = buffer.Next(round);
        var results = Gather(Train(starting, round, rate), starting.Length);
        buffer.AtWork.AddRange(starting.Zip(results, (client, result) => new ClientAtWork<T>(client, round - 1, result)));
        var arrived = buffer.Arrive(round);
        ArenaArithmetic.AddScaled<T>(_model, buffer.Combine(arrived, round - 1), _strategy.ServerRate);
        return (arrived.Sum(work => work.Result.Loss), arrived.Sum(work => work.Result.Samples), arrived.Count);
    }

    /// <summary>This rank's of the sampled clients, by their place among them.</summary>
    private Dictionary<int, LocalResult<T>> Train(int[] sampled, int round, double rate)
    {
        var own = new Dictionary<int, LocalResult<T>>();
        for (var i = Group.Rank; i < sampled.Length; i += Group.WorldSize)
        {
            var correction = _controls?.Correction(sampled[i]) ?? [];
            own[i] = _work.Run(sampled[i], round, _model, correction, rate);
            if (_strategy.ClipNorm > 0)
                ClientMean<T>.Clip(own[i].Change, _strategy.ClipNorm);
        }
        return own;
    }

    private LocalResult<T>[] Gather(Dictionary<int, LocalResult<T>> own, int count)
    {
        var changes = ClientExchange.Gather(Group, count, _work.Length, i => own[i].Change);
        var told = ClientExchange.Gather(Group, count, 3, i => new[] { own[i].Loss, own[i].Samples, own[i].Steps });
        return [.. changes.Zip(told, (change, t) => new LocalResult<T>(change, t[0], t[1], (int)t[2]))];
    }

    private (double Loss, double Samples) Told(Dictionary<int, LocalResult<T>> own, int count)
    {
        var told = ClientExchange.Gather(Group, count, 2, i => new[] { own[i].Loss, own[i].Samples });
        return (told.Sum(t => t[0]), told.Sum(t => t[1]));
    }

    /// <summary>What the clients of a round receive and send; SCAFFOLD's variates double it.</summary>
    private double BytesOf(int clients)
    {
        var model = (double)_work.Length * System.Runtime.CompilerServices.Unsafe.SizeOf<T>();
        var up = _strategy.Secure
            ? ((_work.Length + 1) * 8.0) + SecureClient.KeyBytes
                + (clients * (SecureClient.ShareBytes + SecureClient.OneShare))
            : model;
        var down = _strategy.Secure
            ? model + (clients * (double)(SecureClient.KeyBytes + SecureClient.ShareBytes))
            : model;
        return clients * (up + down) * (_controls is null ? 1 : 2);
    }

    private (double Loss, double? Accuracy) Judge(Dataset data)
    {
        var (from, end) = Share(data.Rows);
        var (loss, correct) = _work.Learner.Network.Evaluate(data, from, end);
        Span<double> sums = [loss, correct];
        Group.AllReduce(sums);
        return (sums[0] / data.Rows,
            Input.Loss.Task == LearningTask.Classification ? sums[1] / data.Rows : null);
    }
}
