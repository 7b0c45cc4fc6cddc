namespace TuneGraph.Search;

/// <summary>
/// The generations of a population: generation g are the members that have g intervals behind them. It is complete when
/// nobody is on the way there any more; then its worst are given up, the others go on, and forks fill it up.
/// </summary>
internal sealed class PopulationGenerations(StudyHistory history, PopulationOptions options) : LogIndex
{
    private readonly List<Rung> _generations = []; // g at g − 1
    private readonly List<int> _coming = []; // on their way to each
    private readonly List<int> _forks = []; // that started from each
    private readonly List<Course> _courses = [];

    /// <summary>Trials that started from nothing.</summary>
    public int Founders { get; private set; }

    /// <summary>The paused member that goes on next; null where there is none.</summary>
    public int? NextSurvivor => Current is { } g && Rank(g) is { } best && best.Rank < Survivors(g) ? best.Trial : null;

    /// <summary>The generation from which a fork is to start; null where none lacks a member.</summary>
    public int? Vacancy =>
        Current is { } g && Survivors(g) > 0 && Survivors(g) + _forks[g - 1] < options.Size ? g : null;

    public static PopulationGenerations Of(StudyHistory history, PopulationOptions options) =>
        history.Index(options, h => new PopulationGenerations(h, options));

    /// <summary>The best of a generation, from which forks start.</summary>
    public IReadOnlyList<int> Donors(int generation) =>
        _generations[generation - 1].Best(Math.Max(1, Replaced(generation)));

    protected override void Apply(StudyEvent @event)
    {
        switch (@event)
        {
            case TrialAsked asked:
                Begin(asked.Origin);
                break;
            case StepReported reported:
                Arrive(reported);
                break;
            case TrialPaused when _courses[@event.Number] is { Entry: { } entry } at:
                _courses[@event.Number] = at with { IsPaused = true };
                _coming[at.Generation]--;
                _generations[at.Generation - 1].Pause(entry);
                break;
            case TrialResumed when _courses[@event.Number] is { Entry: { } entry } at:
                _courses[@event.Number] = at with { IsPaused = false };
                _coming[at.Generation]++;
                _generations[at.Generation - 1].Resume(entry);
                break;
            case TrialTold:
                End(_courses[@event.Number]);
                break;
            default:
                break;
        }
    }

    /// <summary>
    /// The youngest generation that is complete and has not been left behind altogether; null while there is none.
    /// </summary>
    private int? Current
    {
        get
        {
            if (Founders < options.Size || _generations.Count == 0)
                return null;
            var g = 0;
            while (g < _generations.Count && _coming[g] == 0 && _generations[g].Count > 0 && (g == 0 || IsLeft(g)))
                g++;
            return g == 0 ? null : g;
        }
    }

    private bool IsLeft(int g) =>
        !(Rank(g) is { } best && best.Rank < Survivors(g)) && Survivors(g) + _forks[g - 1] >= options.Size;

    private (int Trial, int Rank)? Rank(int g) =>
        _generations[g - 1].BestPaused is { } best ? (best.Trial, _generations[g - 1].RankOf(best)) : null;

    private int Replaced(int g) =>
        _generations[g - 1].Count < 2 ? 0 : Math.Max(1, (int)(options.Share * _generations[g - 1].Count));

    private int Survivors(int g) => _generations[g - 1].Count - Replaced(g);

    private void Begin(TrialOrigin? origin)
    {
        var generation = (origin?.Step ?? 0) / options.Interval;
        Founders += origin is null ? 1 : 0;
        if (generation > 0)
            _forks[generation - 1]++;
        _courses.Add(new(generation, null, IsPaused: false));
        Grow(generation);
        _coming[generation]++;
    }

    private void Arrive(StepReported reported)
    {
        var at = _courses[reported.Number];
        var generation = reported.Step / options.Interval;
        if (generation == at.Generation || reported.Step >= history.MaxResource)
            return;
        _coming[at.Generation]--;
        Grow(generation);
        var entry = new RungEntry(history.Loss(reported.Value), reported.Number);
        _generations[generation - 1].Add(entry);
        _coming[generation]++;
        _courses[reported.Number] = new(generation, entry, IsPaused: false);
    }

    private void End(Course at)
    {
        if (at.IsPaused)
            _generations[at.Generation - 1].Resume(at.Entry!.Value);
        else
            _coming[at.Generation]--;
    }

    private void Grow(int generation)
    {
        while (_coming.Count <= generation)
            _coming.Add(0);
        while (_generations.Count < generation)
        {
            _generations.Add(new Rung((_generations.Count + 1) * options.Interval));
            _forks.Add(0);
        }
    }

    /// <summary>The last generation that a trial arrived at, and as what.</summary>
    private readonly record struct Course(int Generation, RungEntry? Entry, bool IsPaused);
}
