namespace TuneGraph.Search;

/// <summary>What a study's trials tell the models: codes, losses, constraints, and where trials run.</summary>
/// <remarks>
/// Completed trials count with their loss, whether they break a constraint or not. Pruned and paused ones count with
/// their last intermediate value, but as no better than the median of the completed; infeasible and failed ones, and
/// those without a value, count as the worst.
/// </remarks>
internal sealed class GpObservations
{
    private readonly List<Trial> _trials;

    private GpObservations(SearchSpace space, List<(Trial Trial, double Loss)> judged, List<Trial> running,
        double[][] objectives)
    {
        _trials = [.. judged.Select(j => j.Trial)];
        Codes = [.. _trials.Select(trial => trial.CodesIn(space).ToArray())];
        Losses = [.. judged.Select(j => j.Loss)];
        Objectives = objectives;
        Running = [.. running.Select(trial => trial.CodesIn(space).ToArray())];
    }

    /// <summary>The codes of each trial with a verdict, in the order of their numbers.</summary>
    public double[][] Codes { get; }

    /// <summary>Their losses, finite.</summary>
    public double[] Losses { get; }

    /// <summary>The losses of each objective, finite; empty where there is one.</summary>
    public double[][] Objectives { get; }

    /// <summary>The codes of the trials that run.</summary>
    public double[][] Running { get; }

    /// <summary>How many trials have a verdict.</summary>
    public int Count => Codes.Length;

    /// <summary>How many constraints the trials tell.</summary>
    public int Constraints => _trials.Count == 0 ? 0 : _trials.Max(trial => trial.Constraints.Length);

    /// <summary>
    /// The study's trials from a number on; of more than so many with a verdict, the better half and the newer half.
    /// </summary>
    public static GpObservations Of(SearchSpace space, StudyHistory history, int most, int first = 0)
    {
        var (judged, running) = (new List<(Trial Trial, double Loss)>(), new List<Trial>());
        var scalarization = new Scalarization(history);
        foreach (var trial in history.Trials.Skip(first))
        {
            if (trial.State is TrialState.Running && trial.Number != history.Number)
                running.Add(trial);
            else if (trial.State is not (TrialState.Running or TrialState.Waiting))
                judged.Add((trial, LossOf(trial, scalarization)));
        }

        Impute(judged);
        if (judged.Count > most)
            judged = Select(judged, most);
        var objectives = history.Directions.Length == 1 ? [] : Enumerable.Range(0, history.Directions.Length)
            .Select(j => ObjectiveOf(j, judged, history)).ToArray();
        return new(space, judged, running, objectives);
    }

    /// <summary>Whether the trial at this place has completed and breaks no constraint.</summary>
    public bool IsGood(int place) => _trials[place] is { State: TrialState.Completed, IsFeasible: true };

    /// <summary>The codes of the best trials that have completed and break no constraint, the best first.</summary>
    public List<double[]> Best(int count) =>
    [
        .. Enumerable.Range(0, Count).Where(IsGood).OrderBy(k => Losses[k]).Take(count).Select(k => Codes[k]),
    ];

    /// <summary>The places of the trials that told a constraint, and its values.</summary>
    public (int[] Places, double[] Values) Constraint(int constraint)
    {
        var places = Enumerable.Range(0, Count).Where(k => _trials[k].Constraints.Length > constraint).ToArray();
        return (places, [.. places.Select(k => _trials[k].Constraints[constraint])]);
    }

    /// <summary>The places of the completed trials that told what they cost, and those costs.</summary>
    public (int[] Places, double[] Costs) Costs()
    {
        var places = Enumerable.Range(0, Count)
            .Where(k => _trials[k] is { State: TrialState.Completed, Cost: not null }).ToArray();
        return (places, [.. places.Select(k => _trials[k].Cost!.Value)]);
    }

    private static double LossOf(Trial trial, Scalarization scalarization) =>
        ValuesOf(trial) is { Length: > 0 } values ? scalarization.Loss(values) : double.NaN;

    private static ValueList ValuesOf(Trial trial) => trial.State switch
    {
        TrialState.Infeasible or TrialState.Failed => default,
        TrialState.Completed => trial.Values,
        _ when trial.IntermediateValues is { Count: > 0 } reports => reports[^1].Values,
        _ => trial.Values,
    };

    private static double[] ObjectiveOf(
        int objective, List<(Trial Trial, double Loss)> judged, StudyHistory history)
    {
        var losses = judged.ConvertAll(j => (j.Trial, Loss: ValuesOf(j.Trial) is { Length: > 0 } values
            ? history.Losses(values)[objective]
            : double.NaN));
        Impute(losses);
        return [.. losses.Select(l => l.Loss)];
    }

    private static void Impute(List<(Trial Trial, double Loss)> judged)
    {
        var completed = judged.Where(j => j.Trial.State == TrialState.Completed).Select(j => j.Loss).Order().ToArray();
        var median = completed.Length > 0 ? completed[completed.Length / 2] : double.NegativeInfinity;
        var worst = judged.Select(j => j.Loss).Where(double.IsFinite).DefaultIfEmpty().Max();
        for (var k = 0; k < judged.Count; k++)
        {
            var (trial, loss) = judged[k];
            if (double.IsNaN(loss))
                judged[k] = (trial, worst);
            else if (trial.State != TrialState.Completed)
                judged[k] = (trial, Math.Max(loss, median));
        }
    }

    private static List<(Trial Trial, double Loss)> Select(List<(Trial Trial, double Loss)> judged, int most)
    {
        var newest = judged.GetRange(judged.Count - (most / 2), most / 2);
        var best = judged.Take(judged.Count - newest.Count).OrderBy(j => j.Loss).ThenBy(j => j.Trial.Number);
        return [.. best.Take(most - newest.Count).OrderBy(j => j.Trial.Number), .. newest];
    }
}
