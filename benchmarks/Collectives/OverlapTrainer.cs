using TuneGraph.Collectives;
using TuneGraph.Training;

namespace TuneGraph.Benchmarks;

/// <summary>The training engine itself; a turn is an epoch.</summary>
internal sealed class OverlapTrainer(ProcessGroup group, int batch, int steps, int turns, int lanes) : IOverlapModel
{
    private const int Features = 784;
    private const int Classes = 10;

    private readonly Dataset _data =
        TrainingThroughput.RandomData(batch * group.WorldSize * steps, Features, Classes);

    public void Train(int bucketKib, Action<OverlapTimes> onTurn)
    {
        var spec = new TrainingSpec
        {
            Model = new MlpSpec { Hidden = [512, 256] },
            Optimizer = new OptimizerSpec { Kind = OptimizerKind.Sgd, LearningRate = 1e-3 },
            Epochs = turns + 2,
            BatchSize = batch * group.WorldSize,
            Exchange = bucketKib == 0
                ? new ExchangeSpec { Overlap = OverlapMode.Never }
                : new ExchangeSpec { BucketBytes = bucketKib << 10, Lanes = lanes },
        };
        Trainer.Train(spec, _data, null, group, null, spec.Epochs, Report);

        EpochVerdict Report(EpochReport report)
        {
            var seconds = report.Seconds;
            var step = seconds.Forward + seconds.Backward + seconds.Communication + seconds.Optimizer;
            onTurn(new(step / steps, seconds.Backward / steps, seconds.Communication / steps, 0));
            return EpochVerdict.Continue;
        }
    }
}
