using TuneGraph.Search;

namespace TuneGraph.Dashboard;

/// <summary>A trial as the pages show it.</summary>
/// <param name="number">Its number, from 0.</param>
internal sealed class TrialRow(int number)
{
    public int Number { get; } = number;

    public TrialState State { get; private set; } = TrialState.Running;

    public Configuration Configuration { get; private set; } = Configuration.Empty;

    /// <summary>The objectives: final ones or, while there are none, the last ones reported.</summary>
    public ValueList Values { get; private set; }

    public ValueList Constraints { get; private set; }

    public string? Reason { get; private set; }

    /// <summary>Why the sampler proposed it.</summary>
    public string? Why { get; private set; }

    public DateTimeOffset AskedAt { get; private set; }

    public DateTimeOffset? EndedAt { get; private set; }

    /// <summary>The last step that was reported; 0 before the first.</summary>
    public int Steps { get; private set; }

    /// <summary>How many events of the study's log had happened when it last changed.</summary>
    public int Revision { get; private set; }

    public bool IsFeasible => State != TrialState.Infeasible && Constraints.All(constraint => constraint <= 0);

    public void Apply(LoggedEvent logged, bool definesByRun, int revision)
    {
        Revision = revision;
        switch (logged.Event)
        {
            case TrialAsked asked:
                (AskedAt, Why) = (logged.At, asked.Why);
                Configuration = definesByRun ? Configuration.Empty : asked.Configuration;
                break;
            case ParameterSuggested suggested:
                Configuration = Configuration.With(suggested.Parameter.Name, suggested.Value);
                break;
            case StepReported reported:
                (Values, Steps) = (reported.Values, reported.Step);
                break;
            case TrialPaused:
                State = TrialState.Paused;
                break;
            case TrialResumed:
                State = TrialState.Running;
                break;
            case TrialTold told:
                (State, Reason, EndedAt, Constraints) = (told.State, told.Reason, logged.At, told.Constraints);
                Values = told.Values.Length > 0 ? told.Values : Values;
                break;
        }
    }
}
