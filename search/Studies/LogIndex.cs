namespace TuneGraph.Search;

/// <summary>
/// What a sampler or pruner works out from a study's log, kept up to date event by event, so that a decision need not
/// read everything again. Its state is a function of the log and of its owner's options alone.
/// </summary>
internal abstract class LogIndex
{
    private int _read;

    public void CatchUp(IReadOnlyList<StudyEvent> log)
    {
        while (_read < log.Count)
            Apply(log[_read++]);
    }

    protected abstract void Apply(StudyEvent @event);
}
