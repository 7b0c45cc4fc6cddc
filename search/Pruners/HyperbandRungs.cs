namespace TuneGraph.Search;

/// <summary>A trial's arrival at a rung of its bracket.</summary>
/// <param name="Bracket">The bracket s.</param>
/// <param name="Size">How many trials the rung is to get, unless some end before it.</param>
/// <param name="Rung">The rung with all that have arrived.</param>
/// <param name="Entry">The trial's entry in it.</param>
internal readonly record struct BracketArrival(int Bracket, int Size, Rung Rung, RungEntry Entry);

/// <summary>
/// The rungs of all brackets of a study. Where trials are promoted each round has rungs of its own; where they are
/// stopped all rounds share them.
/// </summary>
internal sealed class HyperbandRungs(StudyHistory history, SuccessiveHalvingOptions options) : LogIndex
{
    private readonly HyperbandBrackets _brackets =
        new(history.MaxResource, options.MinResource, options.ReductionFactor);

    private readonly Dictionary<BracketPlace, Tier[]> _tiers = [];
    private readonly List<BracketPlace> _open = []; // with rungs that may still fill, oldest first
    private readonly List<Course> _courses = [];

    private bool Promotes => options.Mode == HalvingMode.Promote;

    public BracketArrival? ArrivedAt(int trial, int step)
    {
        if (_courses[trial] is not { Tier: >= 0 } at || at.Step != step)
            return null;
        var place = PlaceOf(trial);
        var tier = _tiers[place][at.Tier];
        return new(place.Bracket, tier.Size, tier.Rung, at.Entry);
    }

    /// <summary>The best trial that waits for promotion, of the oldest bracket and its highest rung.</summary>
    public int? NextPromotion()
    {
        foreach (var place in _open)
        {
            var tiers = _tiers[place];
            for (var k = Full(tiers) - 1; k >= 0; k--)
            {
                if (Waiting(tiers[k]) is { } best)
                    return best;
            }
        }

        return null;
    }

    protected override void Apply(StudyEvent @event)
    {
        if (@event is BudgetChanged or RangesChanged)
            return; // of no trial
        var tiers = TiersOf(PlaceOf(@event.Number));
        switch (@event)
        {
            case TrialAsked:
                _courses.Add(new(-1, -1, default, IsPaused: false));
                Expect(tiers, 0, 1);
                break;
            case StepReported reported:
                Arrive(reported, tiers);
                break;
            case TrialPaused:
                Move(@event.Number, tiers, paused: true);
                break;
            case TrialResumed:
                Move(@event.Number, tiers, paused: false);
                break;
            case TrialTold:
                End(@event.Number, tiers);
                break;
            default:
                break;
        }
    }

    private BracketPlace PlaceOf(int trial)
    {
        var place = _brackets.PlaceOf(trial);
        return Promotes ? place : place with { Round = 0 };
    }

    private Tier[] TiersOf(BracketPlace place)
    {
        if (_tiers.TryGetValue(place, out var tiers))
            return tiers;
        tiers = new Tier[place.Bracket];
        var size = _brackets.SizeOf(place.Bracket);
        for (var k = 0; k < tiers.Length; k++, size /= options.ReductionFactor)
            tiers[k] = new Tier(new Rung(_brackets.StepOf(place.Bracket, k)!.Value), size);
        if (tiers.Length > 0)
            tiers[0].Unasked = tiers[0].Size;
        _tiers.Add(place, tiers);
        if (Promotes && tiers.Length > 0)
            _open.Add(place);
        return tiers;
    }

    private void Arrive(StepReported reported, Tier[] tiers)
    {
        var entry = new RungEntry(history.Loss(reported.Value), reported.Number);
        for (var k = _courses[reported.Number].Tier + 1; k < tiers.Length && tiers[k].Rung.Step <= reported.Step; k++)
        {
            tiers[k].Rung.Add(entry);
            Expect(tiers, k, -1);
            Expect(tiers, k + 1, 1);
            _courses[reported.Number] = new(k, reported.Step, entry, IsPaused: false);
        }
    }

    private void Move(int trial, Tier[] tiers, bool paused)
    {
        var at = _courses[trial];
        _courses[trial] = at with { IsPaused = paused };
        Expect(tiers, at.Tier + 1, paused ? -1 : 1);
        if (at.Tier < 0)
            return;
        if (paused)
            tiers[at.Tier].Rung.Pause(at.Entry);
        else
            tiers[at.Tier].Rung.Resume(at.Entry);
    }

    private void End(int trial, Tier[] tiers)
    {
        var at = _courses[trial];
        if (!at.IsPaused)
            Expect(tiers, at.Tier + 1, -1);
        else if (at.Tier >= 0)
            tiers[at.Tier].Rung.Resume(at.Entry);
        if (Promotes && Full(tiers) == tiers.Length && tiers.All(tier => Waiting(tier) is null))
            _open.Remove(PlaceOf(trial));
    }

    private static void Expect(Tier[] tiers, int tier, int more)
    {
        if (tier >= tiers.Length)
            return;
        tiers[tier].Coming += more;
        if (tier == 0 && more > 0 && tiers[0].Unasked > 0)
            tiers[0].Unasked--;
    }

    /// <summary>How many of the lowest rungs nobody can arrive at any more.</summary>
    private int Full(Tier[] tiers)
    {
        var k = 0;
        while (k < tiers.Length && tiers[k] is { Coming: 0, Unasked: 0 } && (k == 0 || Waiting(tiers[k - 1]) is null))
            k++;
        return k;
    }

    /// <summary>The best trial that is paused at a rung although it is among those that go up.</summary>
    private int? Waiting(Tier tier) => tier.Rung.BestPaused is { } best
        && tier.Rung.RankOf(best) < tier.Rung.Count / options.ReductionFactor ? best.Trial : null;

    /// <summary>One rung of one bracket.</summary>
    private sealed class Tier(Rung rung, int size)
    {
        public Rung Rung { get; } = rung;

        /// <summary>How many arrive if none ends before.</summary>
        public int Size { get; } = size;

        /// <summary>Trials that run towards it.</summary>
        public int Coming { get; set; }

        /// <summary>Trials of the bracket that have not been asked for; above the lowest rung always 0.</summary>
        public int Unasked { get; set; }
    }

    private readonly record struct Course(int Tier, int Step, RungEntry Entry, bool IsPaused);
}
