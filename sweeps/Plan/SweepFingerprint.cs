using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using TuneGraph.Training;

namespace TuneGraph;

/// <summary>
/// A hash of everything that decides what a trial's numbers mean: program, data, space, objective and seed. A study
/// goes on only with a
/// sweep of the same fingerprint; sampler, pruner and budget may change.
/// </summary>
public static class SweepFingerprint
{
    /// <summary>The fingerprint of a sweep, 32 hexadecimal digits.</summary>
    public static string Of(SweepSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        var text = new StringBuilder()
            .Append(spec.Seed)
            .Append('\n')
            .Append(spec.Objective.Metric)
            .Append(' ')
            .Append(spec.Objective.Direction)
            .Append('\n');
        foreach (var more in spec.MoreObjectives)
            text.Append(more.Metric).Append(' ').Append(more.Direction).Append('\n');
        foreach (var constraint in spec.Constraints)
            text.Append(CultureInfo.InvariantCulture, $"{constraint.Metric} {constraint.Side} {constraint.Bound:R}\n");
        foreach (var parameter in spec.Space?.Parameters ?? [])
        {
            text.Append(ParameterText.Write(parameter));
            if (parameter.When is { } when)
                text.Append(' ').Append(when);
            text.Append('\n');
        }

        foreach (var rule in spec.Space?.Rules ?? [])
            text.Append(rule).Append('\n');
        if (spec.Program is ModelProgram program)
            text.Append(Describe(program)).Append(program.Training.Parallel.Settings);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())).AsSpan(0, 16));
    }

    // Written out field by field: a record's ToString prints collections by their type name, and the path may be
    // written relatively.
    private static string Describe(ModelProgram program)
    {
        var (data, model, training) = program;
        var (o, s) = (training.Optimizer, training.Schedule);
        FormattableString text = $"""
            {Path.GetFileName(
                data.Path
            )} {data.Target} {data.Task} {data.Train:R} {data.Validation:R} {data.Test:R} {data.Stratify}
            {data.Standardize} {data.Seed} {string.Join(',', data.Exclude)}
            {string.Join(',', data.Categorical)} {data.Missing}
            {model.Describe()}
            {training.Epochs} {training.BatchSize} {training.Loss} {training.HuberDelta} {training.Accumulation}
            {s.Kind} {s.StepEpochs} {s.Factor} {s.Final} {s.WarmupEpochs} {s.ReferenceBatch}
            {training.Parallel.Strategy} {training.Parallel.WorldSize} {training.Parallel.AllReduce}{Exchange(
                training.Parallel
            )}
            {o.Type} {o.LearningRate} {o.Momentum} {o.Nesterov} {o.Beta1} {o.Beta2} {o.WeightDecay} {o.Decay}
            {o.ClipNorm} {o.ClipValue}{(training.Device == DeviceName.Cpu ? "" : $" on {training.Device}")}
            """;
        // What came later is told only where it is used, so that older studies go on.
        return FormattableString.Invariant(text) + Bits(training) + (training.EarlyStopping is { } rule
            ? FormattableString.Invariant($" {rule.Patience} {rule.MinDelta:R} {rule.Metric}")
            : "");
    }

    private static string Bits(TrainingTemplate training) =>
        (training.Precision == Precision.Float32 ? "" : FormattableString.Invariant($" in {training.Precision}"))
        + (training.Tf32 == false ? "" : FormattableString.Invariant($" tf32 {training.Tf32}"));

    // Nothing where nothing is set, so that studies from before go on.
    private static string Exchange(ParallelSpec parallel)
    {
        var c = parallel.Compression;
        return parallel.In(Search.Configuration.Empty) == new Training.ExchangeSpec()
            && parallel.References.All(reference => reference is null)
            ? ""
            : FormattableString.Invariant($"""
                 {parallel.Zero} {parallel.BucketBytes} {parallel.Overlap}
                {c.Type} {c.Threshold} {c.Fraction} {c.Momentum} {c.Rank} {c.AfterSteps}
                """);
    }
}
