using TuneGraph.Search;

namespace TuneGraph;

/// <summary>
/// The steps of a log by their place in it, 16 bytes each: millions of them are read in the order of their table, and
/// become events in the order of the log, each only for as long as somebody looks at it.
/// </summary>
/// <param name="last">Place of the last one; -1 for none.</param>
/// <param name="more">The objectives after the first, by trial and step.</param>
internal sealed class StepSlots(long last, ILookup<(int Trial, int Step), double> more)
{
    /// <summary>More than a trial has steps.</summary>
    public const long StepsOfTrial = 1L << 31;

    private readonly Slot[] _slots = new Slot[last + 1];

    /// <summary>One more than the place of the last step.</summary>
    public int Count => _slots.Length;

    /// <param name="sequence">Its place.</param>
    /// <param name="trialAndStep">The trial times <see cref="StepsOfTrial"/>, and the step.</param>
    /// <param name="value">The first objective.</param>
    public void Add(long sequence, long trialAndStep, double value)
    {
        var (trial, step) = Math.DivRem(trialAndStep, StepsOfTrial);
        _slots[sequence] = new Slot((int)trial + 1, (int)step, value);
    }

    /// <summary>The step at a place; null where something else is.</summary>
    public StepReported? At(long place)
    {
        if (place >= _slots.Length || _slots[place] is not { TrialFromOne: > 0 } slot)
            return null;
        var trial = slot.TrialFromOne - 1;
        return new StepReported(
            trial, slot.Step, more.Count == 0 ? slot.Value : [slot.Value, .. more[(trial, slot.Step)]]);
    }

    private readonly record struct Slot(int TrialFromOne, int Step, double Value);
}
