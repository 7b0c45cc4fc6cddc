namespace TuneGraph.Search;

/// <summary>
/// The logarithm of the hypervolume that a point is expected to add to a front, where each of its losses is normal and
/// independent of the others: ln Σ Π (E[(u − Y)⁺] − E[(l − Y)⁺]) over the boxes [l, u] that the front leaves (Yang et
/// al., "Efficient computation of expected hypervolume improvement using box decomposition algorithms", J. Global
/// Optim. 75, 2019), exact for any number of objectives, and taken without underflow (Ament et al., NeurIPS 2023).
/// </summary>
internal sealed class HypervolumeGain
{
    /// <summary>Below this the boxes are summed by their logarithms.</summary>
    private const double LeastSum = 1e-200;

    private readonly NonDominatedBoxes _boxes;
    private readonly Table[] _tables; // one for each objective
    private readonly double[] _shares;

    /// <summary>The gain over a front.</summary>
    public HypervolumeGain(NonDominatedBoxes boxes)
    {
        _boxes = boxes;
        _tables = [.. boxes.Bounds.Select(bounds => new Table(bounds))];
        _shares = new double[boxes.Count];
    }

    /// <summary>The logarithm of the expected gain.</summary>
    /// <param name="means">The mean of each loss.</param>
    /// <param name="deviations">Their standard deviations, above 0.</param>
    /// <param name="inMeans">Receives the derivatives in the means; empty where nobody asks.</param>
    /// <param name="inDeviations">Receives the derivatives in the deviations; as long as the other.</param>
    public double Log(
        ReadOnlySpan<double> means, ReadOnlySpan<double> deviations, Span<double> inMeans, Span<double> inDeviations)
    {
        var scale = 0.0;
        for (var j = 0; j < _tables.Length; j++)
            scale += _tables[j].Fill(means[j], deviations[j], inMeans.Length > 0);
        var sum = 0.0;
        for (var k = 0; k < _shares.Length; k++)
            sum += _shares[k] = Part(k);
        var log = Math.Log(sum);
        if (!(sum > LeastSum))
        {
            for (var k = 0; k < _shares.Length; k++)
                _shares[k] = LogPart(k);
            log = Vectors.LogSumExp(_shares);
            for (var k = 0; k < _shares.Length; k++)
                _shares[k] = Math.Exp(_shares[k] - log);
            sum = 1;
        }

        if (inMeans.Length > 0)
            Differentiate(sum, inMeans, inDeviations);
        return log + scale;
    }

    /// <summary>What one box expects, in units of the whole range below the reference.</summary>
    private double Part(int box)
    {
        var low = _boxes.Low(box);
        var high = _boxes.High(box);
        var part = 1.0;
        for (var j = 0; j < low.Length; j++)
            part *= _tables[j].Values[high[j]] - _tables[j].Values[low[j]];
        return Math.Max(part, 0); // rounding
    }

    private double LogPart(int box)
    {
        var low = _boxes.Low(box);
        var high = _boxes.High(box);
        var log = 0.0;
        for (var j = 0; j < low.Length; j++)
            log += _tables[j].Logs[high[j]] + Math.Log(1 - _tables[j].Ratio(low[j], high[j]));
        return log;
    }

    private void Differentiate(double sum, Span<double> inMeans, Span<double> inDeviations)
    {
        inMeans.Clear();
        inDeviations.Clear();
        for (var k = 0; k < _shares.Length; k++)
        {
            var share = _shares[k] / sum;
            if (!(share > 0))
                continue;
            var low = _boxes.Low(k);
            var high = _boxes.High(k);
            for (var j = 0; j < low.Length; j++)
            {
                var (table, ratio) = (_tables[j], _tables[j].Ratio(low[j], high[j]));
                inMeans[j] += share * (table.InMean[high[j]] - (ratio * table.InMean[low[j]])) / (1 - ratio);
                inDeviations[j] += share * (table.InDeviation[high[j]] - (ratio * table.InDeviation[low[j]]))
                    / (1 - ratio);
            }
        }
    }

    /// <summary>E[(b − Y)⁺] of one objective at each of its bounds b.</summary>
    private sealed class Table(double[] bounds)
    {
        /// <summary>In units of that at the reference.</summary>
        public double[] Values { get; } = new double[bounds.Length];

        public double[] Logs { get; } = new double[bounds.Length];

        /// <summary>The derivatives of the logarithms.</summary>
        public double[] InMean { get; } = new double[bounds.Length];

        public double[] InDeviation { get; } = new double[bounds.Length];

        /// <summary>The logarithm at the reference, which is left out of all others.</summary>
        public double Fill(double mean, double deviation, bool slopes)
        {
            for (var b = 1; b < bounds.Length; b++) // nothing lies below −∞
            {
                if (slopes)
                    (Logs[b], InMean[b], InDeviation[b]) = LogImprovement.Of(mean, deviation, bounds[b]);
                else
                    Logs[b] = LogImprovement.LogH((bounds[b] - mean) / deviation) + Math.Log(deviation);
            }

            var scale = Logs[^1];
            Logs[0] = double.NegativeInfinity;
            for (var b = 1; b < bounds.Length; b++)
            {
                Logs[b] -= scale;
                Values[b] = Math.Exp(Logs[b]);
            }

            return scale;
        }

        /// <summary>The value at one bound in units of that at a larger one.</summary>
        public double Ratio(int low, int high) => low == 0 ? 0 : Math.Min(Math.Exp(Logs[low] - Logs[high]), 1 - 1e-15);
    }
}
