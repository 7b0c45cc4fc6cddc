using System.Numerics;

namespace TuneGraph.Training;

/// <summary>A network and its optimizer that train alone for a while: one per rank.</summary>
internal sealed class LocalLearner<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Validation rows per pass, at least.</summary>
    private const int EvaluationRows = 256;

    private readonly TrainingInput _input;

    /// <param name="input">Model, optimizer, data.</param>
    /// <param name="capacity">The most rows in a step.</param>
    public LocalLearner(TrainingInput input, int capacity)
    {
        _input = input;
        Network = new Network<T>(
            input.Shape, Math.Max(capacity, EvaluationRows), trains: true, Kernels<T>.Best)
        {
            Clock = new StepClock(input.Time),
        };
        Optimizer = NewOptimizer();
        Parameters = Plan.Parameters.Sum(place => (long)place.Count);
    }

    public Network<T> Network { get; }

    public Optimizer<T> Optimizer { get; private set; }

    public ArenaPlan Plan => Network.Plan;

    /// <summary>Numbers learned.</summary>
    public long Parameters { get; }

    public Span<T> Weights => Network.Parameters.Span;

    public Span<T> Statistics => Network.Statistics.Span;

    public Span<T> Gradient => Network.Gradient.Span;

    /// <summary>Leaves the mean gradient of some rows, at least one; gives the sum of their losses.</summary>
    public double Differentiate(ReadOnlySpan<int> rows, int epoch, int place) =>
        Differentiate(rows, 1.0 / rows.Length, epoch, place);

    /// <summary>Leaves the gradient of scale times the rows' losses; gives their sum.</summary>
    public double Differentiate(ReadOnlySpan<int> rows, double scale, int epoch, int place)
    {
        Network.Step(_input.Train, rows, scale, new DropoutMask(_input.Spec.Seed, epoch, place));
        return Network.TakeLoss();
    }

    /// <summary>A step along the gradient.</summary>
    public void Step(double learningRate)
    {
        Optimizer.Step(Network.Parameters, Network.Gradient, learningRate);
        Network.Clock.EndOptimizer();
    }

    /// <summary>Forgets the optimizer's state.</summary>
    public void ResetOptimizer()
    {
        foreach (var (_, values) in Optimizer.States)
            values.Span.Clear();
        Optimizer.Steps = 0;
    }

    /// <summary>The learning rate of a step of data-parallel training.</summary>
    public double LearningRate(long step) => _input.Spec.Optimizer.LearningRate * _input.Spec.Schedule.FactorAt(
        step, _input.StepsPerEpoch, _input.Spec.Epochs, _input.BatchSize);

    /// <summary>The tensors of the model.</summary>
    public IEnumerable<SafeTensor> ModelTensors() =>
        ParameterTensors.Of("", Plan.Parameters, Network.Parameters)
            .Concat(ParameterTensors.Of("", Plan.Statistics, Network.Statistics));

    public void LoadModel(SafeTensorsFile file)
    {
        ParameterTensors.Load(file, "", Plan.Parameters, Network.Parameters);
        ParameterTensors.Load(file, "", Plan.Statistics, Network.Statistics);
    }

    public void Dispose()
    {
        Network.Dispose();
        Optimizer.Dispose();
    }

    private Optimizer<T> NewOptimizer() => new(
        _input.Spec.Optimizer, Plan.Length, [.. Plan.Parameters.Select(place => place.Range)], Kernels<T>.Best);
}
