using System.Collections.Immutable;
using System.Numerics;
using TuneGraph.Collectives;

namespace TuneGraph.Training;

/// <summary>One rank's part of a training whose strategy is chosen, and changed, as it goes.</summary>
internal sealed class AutoTraining<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly TrainingInput _input;
    private readonly AutoStrategy _strategy;
    private readonly ProcessGroup _group;
    private readonly Func<EpochReport, EpochVerdict> _onEpoch;
    private readonly StragglerPolicy _policy;
    private readonly TrainingPlan _plan;
    private SyncMode _mode;
    private bool _stopped, _told;

    private AutoTraining(TrainingInput input, ProcessGroup group, Func<EpochReport, EpochVerdict> onEpoch)
    {
        _input = input;
        _strategy = (AutoStrategy)input.Spec.Strategy!;
        _group = group;
        _onEpoch = onEpoch;
        var schema = input.Train.Schema;
        _plan = Plan();
        _mode = input.Start is { } start ? StateCarry<T>.ModeOf(start) : ModeOf(_plan.Chosen.Candidate.Kind);
        _policy = new StragglerPolicy(
            new StragglerOptions
            {
                StalenessAbove = _strategy.StalenessAbove,
                LocalAbove = _strategy.Allows(SyncMode.LocalSteps, input.Spec, schema)
                    ? _strategy.LocalAbove
                    : double.MaxValue,
                MayBeStale = _strategy.Allows(SyncMode.BoundedStaleness, input.Spec, schema),
            }, _mode);
    }

    public static TrainingResult Run(
        TrainingInput input, ProcessGroup group, Func<EpochReport, EpochVerdict> onEpoch,
        CancellationToken cancellationToken) =>
        new AutoTraining<T>(input, group, onEpoch).Run(cancellationToken);

    private TrainingResult Run(CancellationToken cancellationToken)
    {
        var start = _input.Start;
        var spec = _input.Spec;
        while (true)
        {
            var exchange = _plan.Chosen.Candidate.Kind switch
            {
                PlanKind.DividedOptimizer => spec.Exchange with { Zero = Math.Max(1, spec.Exchange.Zero) },
                PlanKind.DividedGradients => spec.Exchange with { Zero = 2 },
                _ => spec.Exchange,
            };
            var now = spec with { Strategy = _strategy.Of(_mode), Exchange = exchange };
            var result = Trainer.Run<T>(
                now, () => new TrainingInput(now, _input.Train, _input.Validation, start, _input.UntilEpoch), _group,
                OnEpoch, cancellationToken);
            Span<int> next = [(int)_policy.Mode, _stopped ? 1 : 0];
            _group.Broadcast(next, cancellationToken: cancellationToken);
            if (next[1] == 1 || result.Epochs >= _input.UntilEpoch)
                return result with { Stopped = next[1] == 1 };
            using var carry = new StateCarry<T>(_input, _group.WorldSize);
            _mode = (SyncMode)next[0];
            start = carry.To(_mode, result.Checkpoint);
            spec = spec with { Verification = null };
        }
    }

    /// <summary>On rank 0, after every epoch.</summary>
    private EpochVerdict OnEpoch(EpochReport report)
    {
        var steps = _input.StepsPerEpoch;
        var predicted = _plan.Predictions.First(p => p.Candidate.WorldSize == _group.WorldSize
            && (_mode == ModeOf(_plan.Chosen.Candidate.Kind) ? p == _plan.Chosen : ModeOf(p.Candidate.Kind) == _mode));
        var variation = RankPace.Variation(report.Paces.AsSpan());
        var changes = _group.WorldSize > 1 ? _policy.Observe(variation) : null;
        var notes = _told ? [] : Notes(predicted.Candidate);
        _told = true;
        if (_onEpoch(report with
        {
            Plan = _plan,
            Notes = [.. report.Notes, .. notes, .. changes is null ? (string[])[] : [changes]],
            Measures =
            [
                .. report.Measures,
                KeyValuePair.Create("predicted_step_ms", predicted.StepSeconds * 1e3),
                KeyValuePair.Create("measured_step_ms", _input.Train.Rows / report.SamplesPerSecond / steps * 1e3),
                KeyValuePair.Create("step_variation", variation),
            ],
        }) == EpochVerdict.Stop)
        {
            _stopped = true;
            return EpochVerdict.Stop;
        }
        return changes is null ? EpochVerdict.Continue : EpochVerdict.Stop;
    }

    private ImmutableArray<string> Notes(PlanCandidate candidate) =>
    [
        .. _plan.Predictions.Select(prediction => $"predicted {prediction}"),
        _input.Start is null
            ? $"chosen {candidate}: {_plan.Why}"
            : $"goes on as its checkpoint was written, by {candidate}; now the planner would choose "
                + $"{_plan.Chosen.Candidate}: {_plan.Why}",
    ];

    private TrainingPlan Plan()
    {
        var costs = StepProbe.Steps<T>(_input, _group, _strategy.ProbeSteps);
        var link = StepProbe.Link(_group);
        var overlaps = !_group.SharesMemory && _input.Spec.Exchange.Overlap != OverlapMode.Never;
        return StrategyPlanner.Choose(
            [.. Candidates().Select(candidate => StrategyPlanner.Predict(costs, link, candidate, overlaps))],
            new PlanLimits
            {
                WorldSize = _group.WorldSize,
                MemoryBytes = _strategy.MemoryBytes > 0 ? _strategy.MemoryBytes : null,
            });
    }

    private IEnumerable<PlanCandidate> Candidates()
    {
        var (spec, schema) = (_input.Spec, _input.Train.Schema);
        var most = _group.WorldSize;
        // Double and half, so that the best world size can be told besides.
        foreach (var ranks in new[] { 1, most / 2, most, most * 2 }.Where(n => n > 0).Distinct().Order())
        {
            var zero = spec.Exchange.Zero;
            if (zero == 0)
                yield return new PlanCandidate(PlanKind.Data, ranks);
            if (ranks == 1)
                continue;
            if (zero < 2 && spec.Device == DeviceName.Cpu && spec.Exchange.Compression.Kind == CompressionKind.None)
                yield return new PlanCandidate(PlanKind.DividedOptimizer, ranks);
            if (spec.Device == DeviceName.Cpu && spec.Exchange.Compression.Kind == CompressionKind.None)
                yield return new PlanCandidate(PlanKind.DividedGradients, ranks);
            if (_strategy.Allows(SyncMode.BoundedStaleness, spec, schema))
                yield return new PlanCandidate(PlanKind.BoundedStaleness, ranks);
            if (_strategy.Allows(SyncMode.LocalSteps, spec, schema))
                yield return new PlanCandidate(PlanKind.LocalSteps, ranks, _strategy.LocalSteps);
        }
    }

    private static SyncMode ModeOf(PlanKind kind) => kind switch
    {
        PlanKind.BoundedStaleness => SyncMode.BoundedStaleness,
        PlanKind.LocalSteps => SyncMode.LocalSteps,
        _ => SyncMode.Synchronous,
    };
}
