using System.Collections.Immutable;
using System.Diagnostics;
using System.Numerics;
using TuneGraph.Collectives;

namespace TuneGraph.Training;

/// <summary>Carries out one stage's moves, and counts what it has under way.</summary>
internal sealed unsafe class PipelineStep<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ModelStage<T> _stage;
    private readonly ImmutableArray<PipelineMove> _moves;
    private readonly StageLink<T>? _link;
    private readonly PassSum<T> _passes;
    private readonly StepClock _wall;
    private readonly int _number;
    private T* _output;
    private T* _inputGradient;
    private int _live;

    /// <param name="stage">The stage.</param>
    /// <param name="moves">What it does in a step.</param>
    /// <param name="stages">All stages; null for one alone.</param>
    /// <param name="passes">Adds the micro-batches' gradients up.</param>
    /// <param name="wall">Where the time goes.</param>
    public PipelineStep(
        ModelStage<T> stage, ImmutableArray<PipelineMove> moves, ProcessGroup? stages, PassSum<T> passes,
        StepClock wall)
    {
        (_stage, _moves, _passes, _wall) = (stage, moves, passes, wall);
        _number = stages?.Rank ?? 0;
        _link = stages is null ? null : new StageLink<T>(stages, Clock);
    }

    /// <summary>Virtual time.</summary>
    public StageClock Clock { get; } = new();

    /// <summary>The most micro-batches that were under way at once since the last look.</summary>
    public int MostLive { get; private set; }

    /// <summary>Leaves the sum of the micro-batches' gradients.</summary>
    /// <param name="microBatches">By number.</param>
    /// <param name="scale">1 / size of the global batch.</param>
    public void Run(ReadOnlySpan<MicroBatch> microBatches, double scale)
    {
        Clock.BeginStep();
        _wall.Start();
        foreach (var (verb, number) in _moves)
            Do(verb, microBatches[number], scale);
    }

    /// <summary>Lets a micro-batch of a prediction pass; the last stage measures it.</summary>
    public void Predict(in MicroBatch micro, bool isLast)
    {
        if (_number > 0)
            _link!.Receive(_stage.InputRoom(micro.Number), micro.Count * _stage.Input.Length<T>(), _number - 1);
        var output = _stage.Forward(micro);
        if (isLast)
            _stage.Measure(micro);
        else
            _link!.Send(output, micro.Count * _stage.Output.Length<T>(), _number + 1);
    }

    private void Do(PipelineVerb verb, in MicroBatch micro, double scale)
    {
        nint inputs = micro.Count * _stage.Input.Length<T>(), outputs = micro.Count * _stage.Output.Length<T>();
        switch (verb)
        {
            case PipelineVerb.ReceiveInput:
                _link!.Receive(_stage.InputRoom(micro.Number), inputs, _number - 1);
                _wall.EndCommunication();
                break;
            case PipelineVerb.Forward:
                MostLive = Math.Max(MostLive, ++_live);
                _output = _stage.Forward(micro);
                Clock.Compute(WorkOf(micro));
                _wall.EndForward();
                break;
            case PipelineVerb.SendOutput:
                _link!.Send(_output, outputs, _number + 1);
                _wall.EndCommunication();
                break;
            case PipelineVerb.ReceiveGradient:
                _link!.Receive(_stage.GradientRoom, outputs, _number + 1);
                _wall.EndCommunication();
                break;
            case PipelineVerb.Backward:
                Backward(micro, scale);
                break;
            case PipelineVerb.SendGradient:
                _link!.Send(_inputGradient, inputs, _number - 1);
                _wall.EndCommunication();
                break;
            default:
                throw new UnreachableException($"Unhandled move {verb}.");
        }
    }

    private void Backward(in MicroBatch micro, double scale)
    {
        _inputGradient = _stage.Backward(micro, scale, out var again);
        _live--;
        Clock.Compute((again ? 3 : 2) * WorkOf(micro));     // a backward pass takes two products per forward one
        if (_passes.IsLast(micro.Number))
            _passes.AddTo(new ArenaRange(0, _stage.Plan.Length));
        else
            _passes.Keep(micro.Number);
        _wall.EndBackward(micro.Count);
    }

    private double WorkOf(in MicroBatch micro) => (double)_stage.Work * micro.Count;
}
