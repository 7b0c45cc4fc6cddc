namespace TuneGraph.Search;

/// <summary>
/// Makes one loss of several objectives: the augmented Tchebycheff norm with weights drawn anew for each trial
/// (Knowles, "ParEGO", IEEE Trans. Evol. Comput. 10, 2006, (2)), so that the trials which count as the best, about
/// which the next one is looked for, lie each time on another part of the front.
/// An objective counts from its least value, in units of the gap from there to its upper quartile.
/// </summary>
internal sealed class Scalarization
{
    private const double Augmentation = 0.05; // ρ
    private const double LeastScale = 1e-12;
    private const double Overflow = 1e300; // for differences of the largest numbers

    private readonly StudyHistory _history;
    private readonly double[] _weights;
    private readonly double[] _least;
    private readonly double[] _scale;

    /// <summary>The loss of the trial in question.</summary>
    public Scalarization(StudyHistory history)
    {
        _history = history;
        var count = history.Directions.Length;
        (_weights, _least, _scale) = (new double[count], new double[count], new double[count]);
        if (count == 1)
            return;
        var completed = history.Trials.Where(trial => trial.State == TrialState.Completed)
            .Select(trial => history.Losses(trial.Values)).ToArray();
        var random = SearchRandom.For(history.Seed, history.Number, "weights of objectives");
        for (var j = 0; j < count; j++)
        {
            _weights[j] = -Math.Log(1 - random.NextDouble()); // normalised, they are uniform on the simplex
            var values = completed.Select(losses => losses[j]).Order().ToArray();
            if (values.Length == 0)
                continue;
            _least[j] = values[0];
            var (quartile, most) = (values[values.Length * 3 / 4] - values[0], values[^1] - values[0]);
            _scale[j] = quartile > LeastScale * most ? quartile : Math.Max(most, double.Epsilon);
        }

        var sum = _weights.Sum();
        foreach (ref var weight in _weights.AsSpan())
            weight /= sum;
    }

    /// <summary>One loss of a trial's values; the objective itself where there is one.</summary>
    public double Loss(ValueList values)
    {
        var losses = _history.Losses(values);
        if (losses.Length == 1)
            return losses[0];
        var (most, sum) = (double.NegativeInfinity, 0.0);
        for (var j = 0; j < losses.Length; j++)
        {
            var part = _weights[j] * ((losses[j] - _least[j]) / _scale[j]);
            part = double.IsFinite(part) ? part : Overflow;
            most = Math.Max(most, part);
            sum += part;
        }

        return most + (Augmentation * sum);
    }
}
