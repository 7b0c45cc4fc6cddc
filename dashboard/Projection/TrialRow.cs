using TuneGraph.Search;

namespace TuneGraph.Dashboard;

/// <summary>A trial as the pages show it.</summary>
/// <param name="number">Its number, from 0.</param>
internal sealed class TrialRow(int number)
{
    private readonly List<CurvePoint> _curve = [];

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

    /// <summary>The first objective after each reported step.</summary>
    public IReadOnlyList<CurvePoint> Curve => _curve;

    public int Steps => _curve.Count == 0 ? 0 : _curve[^1].Step;

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
                Values = reported.Values;
                _curve.Add(new CurvePoint(reported.Step, reported.Value, logged.Metrics, logged.At));
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

/// <summary>What a trial reported after a step.</summary>
/// <param name="Step">Finished steps.</param>
/// <param name="Value">The first objective.</param>
/// <param name="Metrics">Everything measured, if anything was.</param>
/// <param name="At">When.</param>
internal readonly record struct CurvePoint(int Step, double Value, StepMetrics? Metrics, DateTimeOffset At);
