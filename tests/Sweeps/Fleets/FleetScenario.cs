using System.Collections.Immutable;
using TuneGraph.Graph;
using TuneGraph.Search;

namespace TuneGraph.Tests.Sweeps.Fleets;

/// <summary>A fleet whose workers, studies and clock are the test's: no process, no clock, no thread.</summary>
public abstract class FleetScenario
{
    private protected const string Study = "s";

    private protected readonly Fleet _fleet = new(new FleetOptions { Lease = TimeSpan.FromSeconds(10) }, "life");
    private protected readonly List<RunnerMessage> _heard = [];
    private protected double _now;

    protected FleetScenario() => _fleet.Enter(Study, ranks: 1, Now);

    private protected TimeSpan Now => TimeSpan.FromSeconds(_now);

    private protected static WorkerOffer OfferOf(string name, int slots = 1, string instance = "one") =>
        new(name, instance, "1", slots, Cores: slots, Accelerators: 0, MemoryBytes: 0, Labels: []);

    private protected static PlannedTask Planned(string key, int ranks = 1)
    {
        var training = new TrainingTemplate().In(new MlpTemplate(), Configuration.Empty, seed: 0);
        return new PlannedTask(
            new TaskSpec { Key = key, Ranks = ranks },
            new TrainSegment(0, key, training, new SegmentRange(0, 1), null, false, Configuration.Empty));
    }

    private protected string Join(string name, int slots = 1) => _fleet.Join(OfferOf(name, slots), Now).Token;

    private protected void Submit(string key) => _fleet.Submit(Study, Planned(key), Now);

    private protected TrainingOrder Order(string worker, string key)
    {
        Submit(key);
        return Again(worker);
    }

    private protected TrainingOrder Again(string worker)
    {
        Offer(Starts().Last());
        return _fleet.Renew(worker, [], Now).Order!;
    }

    private protected void Offer(StartTask start) => _fleet.Offer(Study, start, part => new TrainingOrder
    {
        Token = part.Token,
        Study = Study,
        Trial = 0,
        Segment = start.Key.Value,
        From = 0,
        To = 1,
        Ranks = part.Ranks,
        Gang = part.Attempt.IsSpread
            ? new GangSeat("gang", start.Ranks.Length, part.FirstRank, Meeting: null)
            : null,
        Sweep = "",
        Seed = 0,
        Data = [],
        Parameters = [],
    });

    private protected void Hear() => _heard.AddRange(_fleet.TakePosts().Select(post => post.Message));

    private protected ImmutableArray<T> Heard<T>()
    {
        Hear();
        return [.. _heard.OfType<T>()];
    }

    private protected List<StartTask> Starts() =>
        [.. Heard<Instructed>().Select(said => said.Instruction).OfType<StartTask>()];
}
