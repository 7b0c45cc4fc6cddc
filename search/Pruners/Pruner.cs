namespace TuneGraph.Search;

/// <summary>
/// Decides which trials go on. A pruner is a pure function of its arguments and of its own options, which do not
/// change; one object may serve several studies.
/// </summary>
public abstract class Pruner
{
    /// <summary>A short name, as sweeps write it: <c>median</c>.</summary>
    public abstract string Name { get; }

    /// <summary>
    /// The same rule for trials that cannot be paused, such as C# functions: it stops where this one pauses. Default:
    /// this pruner, which never pauses.
    /// </summary>
    public virtual Pruner Stopping => this;

    /// <summary>How many objectives it can serve. Default 1.</summary>
    public virtual int MostObjectives => 1;

    /// <summary>What a trial is to do after it has reported a step.</summary>
    /// <param name="history">The study; the report is part of it.</param>
    /// <param name="trial">The trial that has reported.</param>
    /// <param name="step">The step, which is the trial's last.</param>
    public abstract PruneDecision Decide(StudyHistory history, Trial trial, int step);

    /// <summary>The number of the paused trial to run on first; null, the default, for none.</summary>
    public virtual int? Promote(StudyHistory history) => null;

    /// <summary>
    /// The first step above <paramref name="step"/> and below <paramref name="maxResource"/> at which trials may be
    /// paused or stopped by their rank; null, the default, for none.
    /// </summary>
    /// <param name="step">A step, from 0.</param>
    /// <param name="maxResource">The largest step of a trial; 0 where that is unknown.</param>
    public virtual int? NextRung(int step, int maxResource) => null;

    /// <summary>
    /// Whether samplers should learn from where this trial, paused or stopped, stood at its end. Default: yes.
    /// </summary>
    public virtual bool IsInformative(StudyHistory history, Trial trial) => true;
}
