using System.Diagnostics;

namespace TuneGraph.Search;

/// <summary>
/// The part of a study that fits its space, as a history of its own, after ranges were changed: trials outside are left
/// out, the others are numbered anew, and those asked for before the change count as enqueued, since no sampler chose
/// them in this space. So whatever a sampler makes of its history holds for it too. It is a function of the study's log
/// alone.
/// </summary>
internal sealed class FittingTrials
{
    private readonly List<int> _originals = [];
    private readonly Dictionary<int, int> _numbers = [];

    /// <param name="options">What the study was made with.</param>
    /// <param name="whole">The study up to and with the change.</param>
    public FittingTrials(StudyOptions options, StudyHistory whole)
    {
        Whole = whole;
        History = new StudyHistory(options, this);
        foreach (var @event in whole.Log)
            Add(@event, isOwn: false);
    }

    /// <summary>All trials of the study.</summary>
    public StudyHistory Whole { get; }

    /// <summary>Those that fit.</summary>
    public StudyHistory History { get; }

    /// <summary>The study's trial that one of <see cref="History"/> is.</summary>
    public Trial Original(Trial trial) => Whole.Trials[_originals[trial.Number]];

    /// <summary>Takes in what has happened in the study.</summary>
    /// <param name="event">The event.</param>
    /// <param name="isOwn">Whether it happened since the change.</param>
    public void Add(StudyEvent @event, bool isOwn)
    {
        switch (@event)
        {
            case TrialAsked asked:
                Add(asked, isOwn);
                break;
            case TrialImported:
                History.Apply(@event);
                break;
            case BudgetChanged changed:
                History.Apply(new BudgetChanged(_originals.Count, changed.Budget));
                break;
            case RangesChanged or ParameterSuggested:
                break; // what fits is numbered anew, then; where the space is fixed nothing is asked for
            case StepReported or TrialPaused or TrialResumed or TrialTold:
                if (_numbers.TryGetValue(@event.Number, out var number))
                    History.Apply(Numbered(@event, number));
                break;
            default:
                throw new UnreachableException($"Unhandled event {@event.GetType().Name}.");
        }
    }

    private void Add(TrialAsked asked, bool isOwn)
    {
        if (!Whole.Space!.Fits(asked.Configuration))
            return;
        var number = _originals.Count;
        History.Apply(new TrialAsked(number, asked.Configuration, asked.Given || !isOwn) { Why = asked.Why });
        _originals.Add(asked.Number);
        _numbers.Add(asked.Number, number);
    }

    private static StudyEvent Numbered(StudyEvent @event, int number) => @event switch
    {
        StepReported e => new StepReported(number, e.Step, e.Values),
        TrialPaused e => new TrialPaused(number, e.Step),
        TrialResumed => new TrialResumed(number),
        TrialTold e => new TrialTold(number, e.State, e.Values, e.Reason, e.Constraints) { Cost = e.Cost },
        _ => @event,
    };
}
