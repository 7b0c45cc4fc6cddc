using System.Globalization;
using TuneGraph.Search;

namespace TuneGraph;

/// <summary>
/// Decides how many ranks the next segment of a trial has: its share of the room, where a promoted trial counts twice,
/// as far as more ranks are worth it by <see cref="GoodputModel"/>. Used by the sweep's loop only.
/// </summary>
/// <param name="spec">Fewest and most.</param>
/// <param name="batchOf">Samples of a trial's step, over all its ranks.</param>
/// <param name="shapes">Takes the decisions.</param>
/// <param name="room">Ranks that have room on all workers together.</param>
internal sealed class ElasticRanks(
    ElasticSpec spec, Func<Trial, int> batchOf, TrialShapes shapes, Func<int> room)
{
    /// <summary>The measure of a step that tells samples of all ranks a second.</summary>
    public const string Measure = "samples_per_second";

    /// <summary>A rank beyond which each does less than this part of one rank's work alone is not worth its slot.
    /// </summary>
    private const double LeastEfficiency = 0.5;

    private const int PromotedWeight = 2;

    private readonly Dictionary<int, (int Ranks, int Weight)> _active = [];
    private readonly Dictionary<int, string> _notes = [];
    private readonly Dictionary<(int Trial, int Ranks), double> _seconds = []; // of the fastest step seen

    /// <summary>Those of a sweep; null where their number is not to be decided.</summary>
    public static ElasticRanks? Of(SweepSpec spec, TrialShapes shapes, Func<int> room) =>
        spec is { Resources.Elastic: { } wish, Program: ModelProgram model }
            ? new ElasticRanks(wish, trial => model.Training.BatchSize.In(trial.Configuration), shapes, room)
            : null;

    /// <summary>Whether there is room for the ranks of a further trial.</summary>
    public bool HasRoom => _active.Values.Sum(trial => trial.Ranks) + spec.Min <= room();

    /// <summary>A step of a trial was measured.</summary>
    /// <param name="trial">The trial.</param>
    /// <param name="metrics">What was measured.</param>
    public void Observe(Trial trial, StepMetrics? metrics)
    {
        var told = metrics?.Measures.Where(measure => measure.Key == Measure).Select(measure => measure.Value);
        var samplesPerSecond = told?.FirstOrDefault() ?? 0;
        if (!_active.TryGetValue(trial.Number, out var active) || !(samplesPerSecond > 0))
            return;
        // The fastest of many: what came in between was not the training's. Others' steps tell nothing of this one's,
        // whose model has another size.
        var (key, seconds) = ((trial.Number, active.Ranks), batchOf(trial) / samplesPerSecond);
        _seconds[key] = Math.Min(seconds, _seconds.GetValueOrDefault(key, double.MaxValue));
    }

    /// <summary>Decides for the segment of a trial that begins after so many steps, unless that was done
    /// before.</summary>
    /// <param name="trial">The trial.</param>
    /// <param name="from">Finished steps.</param>
    /// <param name="waiting">Trials that will want room at the same time and have not begun.</param>
    public void Decide(Trial trial, int from, int waiting)
    {
        _active.Remove(trial.Number);
        var weight = from > 0 ? PromotedWeight : 1;
        var all = weight + waiting + _active.Values.Sum(other => other.Weight);
        var share = room() * weight / all;
        var ranks = shapes.RanksOf(trial.Number, from);
        if (ranks is null || ranks > room())
        {
            var (chosen, why) = Choose(ModelOf(trial), batchOf(trial), share);
            (ranks, _notes[trial.Number]) = (chosen, why);
            shapes.SetRanks(trial.Number, from, chosen);
        }

        _active[trial.Number] = (ranks.Value, weight);
    }

    /// <summary>A trial has stopped running.</summary>
    public void Ended(int trial) => _active.Remove(trial);

    /// <summary>Trials under way with more ranks than there is room for since workers have left.</summary>
    public IReadOnlyList<int> TooWide() =>
        [.. _active.Where(trial => trial.Value.Ranks > room() && room() >= spec.Min).Select(trial => trial.Key)];

    /// <summary>What was decided for a trial and why, for people; once.</summary>
    public string? TakeNote(int trial) => _notes.Remove(trial, out var note) ? note : null;

    /// <summary>The most ranks within a share whose efficiency is still worth it.</summary>
    public (int Ranks, string Why) Choose(GoodputModel? model, int batch, int share)
    {
        var most = Math.Clamp(Math.Min(share, batch), spec.Min, spec.Max);
        var ranks = most;
        while (model is not null && ranks > spec.Min && model.Speedup(ranks, batch) / ranks < LeastEfficiency)
            ranks--;
        var of = string.Create(
            CultureInfo.InvariantCulture, $"{ranks} ranks: its share is {share}, allowed are {spec.Min} to {spec.Max}");
        return (ranks, model is null
            ? of + "; nothing was measured yet"
            : of + string.Create(
                CultureInfo.InvariantCulture,
                $"; goodput {model.Speedup(ranks, batch):0.00} times that of one rank, which is "
                    + $"{model.Goodput(1, batch, batch, noise: 0):0} samples/s at the batch of {batch}"));
    }

    private GoodputModel? ModelOf(Trial trial)
    {
        (int, double, double)[] steps =
        [
            .. _seconds.Where(seen => seen.Key.Trial == trial.Number)
                .Select(seen => (seen.Key.Ranks, (double)batchOf(trial), seen.Value)),
        ];
        return steps.Length == 0 ? null : GoodputModel.Fit(steps);
    }
}
