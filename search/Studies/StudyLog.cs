using System.Collections;
using System.Diagnostics;

namespace TuneGraph.Search;

/// <summary>
/// All that has happened in a study, in order. What a trial remembers anyway is not kept a second time: such an event
/// is made anew when it is read, equal to the one that was added.
/// </summary>
internal sealed class StudyLog(IReadOnlyList<Trial> trials) : IReadOnlyList<StudyEvent>
{
    private const int Block = 4096;

    private readonly List<Entry[]> _blocks = []; // a single array would be copied, and half empty, as it grows
    private readonly List<StudyEvent> _others = [];

    private enum Kind : byte
    {
        Asked,
        Reported,
        Paused,
        Resumed,
        Told,
        Other,
    }

    public int Count { get; private set; }

    public StudyEvent this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
            var entry = _blocks[index / Block][index % Block];
            var (number, detail) = (entry.Number, entry.Detail);
            return entry.Kind switch
            {
                Kind.Asked => AskedOf(trials[number]),
                Kind.Reported => ReportedOf(trials[number], detail),
                Kind.Paused => new TrialPaused(number, detail),
                Kind.Resumed => new TrialResumed(number),
                Kind.Told => ToldOf(trials[number]),
                Kind.Other => _others[detail],
                _ => throw new UnreachableException($"Unhandled kind {entry.Kind}."),
            };
        }
    }

    /// <summary>Adds an event that its trial has taken in already.</summary>
    public void Add(StudyEvent @event)
    {
        if (Count % Block == 0)
            _blocks.Add(new Entry[Block]);
        _blocks[^1][Count % Block] = EntryOf(@event);
        Count++;
    }

    public IEnumerator<StudyEvent> GetEnumerator()
    {
        for (var k = 0; k < Count; k++)
            yield return this[k];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static TrialAsked AskedOf(Trial trial) =>
        new(trial.Number, trial.Proposal, trial.Given, trial.Origin) { Why = trial.Why };

    private static StepReported ReportedOf(Trial trial, int place) =>
        new(trial.Number, trial.IntermediateValues[place].Step, trial.IntermediateValues[place].Values);

    private static TrialTold ToldOf(Trial trial) =>
        new(trial.Number, trial.State, trial.Values, trial.Reason, trial.Constraints) { Cost = trial.Cost };

    private Entry EntryOf(StudyEvent @event) => @event switch
    {
        TrialAsked => new(Kind.Asked, @event.Number, 0),
        StepReported => new(Kind.Reported, @event.Number, trials[@event.Number].IntermediateValues.Count - 1),
        TrialPaused paused => new(Kind.Paused, @event.Number, paused.Step),
        TrialResumed => new(Kind.Resumed, @event.Number, 0),
        TrialTold => new(Kind.Told, @event.Number, 0),
        _ => Kept(@event),
    };

    private Entry Kept(StudyEvent @event)
    {
        _others.Add(@event);
        return new(Kind.Other, @event.Number, _others.Count - 1);
    }

    /// <summary>Eight bytes an event: kind and number share four, so that a log has room for 2²⁹ trials.</summary>
    private readonly struct Entry(Kind kind, int number, int detail)
    {
        private const int KindBits = 3;

        private readonly uint _kindAndNumber = checked((uint)number * (1 << KindBits)) | (uint)kind;

        public Kind Kind => (Kind)(_kindAndNumber % (1 << KindBits));

        public int Number => (int)(_kindAndNumber >> KindBits);

        public int Detail => detail;
    }
}
