using System.Collections.Immutable;
using TuneGraph.Search;
using TuneGraph.Training;

namespace TuneGraph;

/// <summary>The keys under <c>objective</c>, <c>objectives</c> and <c>constraints</c>.</summary>
internal static class ObjectiveShape
{
    private const int MostConstraints = 16;

    private static readonly ObjectiveSpec _nothing = new("", Direction.Minimize);

    /// <summary>One objective, or a list of several; never empty.</summary>
    public static ImmutableArray<ObjectiveSpec> Read(Fields fields)
    {
        if (fields.Has("objective") && fields.Has("objectives"))
            fields.Fail("objectives", DiagnosticCode.KeysExclude,
                $"{fields.Name} has 'objective' and 'objectives'; keep one: a list of several is 'objectives'");
        var one = fields.Has("objectives")
            ? fields.Optional("objective", Objective(true), _nothing)
            : fields.Required("objective", Objective(true), _nothing);
        var list = new ListReader<ObjectiveSpec>(Objective(false), 2, StudyOptions.MostObjectives, _nothing);
        var several = fields.Optional("objectives", list, []);
        for (var i = 1; i < several.Length; i++)
        {
            if (several[i].Metric.Length > 0 && several.Take(i).Any(before => before.Metric == several[i].Metric))
                fields.Fail($"objectives.{i}.metric", DiagnosticCode.DuplicateKey,
                    $"{several[i].Metric} is an objective already; name each metric once");
        }

        return several.IsEmpty ? [one] : several;
    }

    /// <summary>The bounds that trials must keep.</summary>
    public static Reader<ImmutableArray<ConstraintSpec>> Constraints { get; } =
        new ListReader<ConstraintSpec>(new MappingReader<ConstraintSpec>(fields =>
        {
            var metric = fields.Required("metric", Metric, "");
            var most = fields.Maybe("atMost", Scalars.FiniteNumber);
            var least = fields.Maybe("atLeast", Scalars.FiniteNumber);
            if (fields.Clean && fields.Has("atMost") == fields.Has("atLeast"))
                fields.Fail("", most is null ? DiagnosticCode.MissingKey : DiagnosticCode.KeysExclude,
                    $"{fields.Name} needs either 'atMost' or 'atLeast', and not both");
            return most is { } high
                ? new ConstraintSpec(metric, BoundSide.AtMost, high)
                : new ConstraintSpec(metric, BoundSide.AtLeast, least ?? 0);
        }), 1, MostConstraints, new ConstraintSpec("", BoundSide.AtMost, 0));

    /// <summary>Refuses metrics of classes where there are none, and those of numbers where there are.</summary>
    public static void CheckTask(
        Fields fields,
        LearningTask task,
        ImmutableArray<ObjectiveSpec> objectives,
        ImmutableArray<ConstraintSpec> constraints,
        EarlyStoppingSpec? stopping
    )
    {
        for (var i = 0; i < objectives.Length; i++)
            Check(objectives[i].Metric, fields.Has("objectives") ? $"objectives.{i}.metric" : "objective.metric");
        for (var i = 0; i < constraints.Length; i++)
            Check(constraints[i].Metric, $"constraints.{i}.metric");
        Check(stopping?.Metric ?? "", "training.earlyStopping.metric");

        void Check(string metric, string path)
        {
            var needs = StepMetrics.TaskOf(metric);
            if (task == LearningTask.Auto || needs == LearningTask.Auto || needs == task)
                return;
            var (wanted, given) = needs == LearningTask.Classification
                ? ("classes", "regression")
                : ("numbers", "classification");
            fields.Fail(path, DiagnosticCode.TaskMismatch, $"{metric} needs {wanted}, but data.task is {given}; use "
                + $"val_loss, or task: {(needs == LearningTask.Classification ? "classification" : "regression")}");
        }
    }

    /// <summary>Refuses a sampler or a pruner that knows fewer objectives.</summary>
    public static void CheckNumber(Fields fields, int objectives, Sampler sampler, Pruner pruner)
    {
        Check("sampler", sampler.Name, sampler.MostObjectives);
        Check("pruner", pruner.Name, pruner.MostObjectives);

        void Check(string key, string name, int most)
        {
            if (objectives > most)
                fields.Fail(fields.Has(key) ? key : "objectives", DiagnosticCode.TooManyObjectives,
                    $"{key} '{name}' serves {most}, but there are {objectives} objectives; take another {key}");
        }
    }

    /// <summary>A metric of a built-in model.</summary>
    public static Reader<string> Metric => Scalars.OneOf([.. StepMetrics.Names.Select(name => (name, name))]);

    /// <param name="alone">Whether it is the only one, which may have a target.</param>
    private static MappingReader<ObjectiveSpec> Objective(bool alone) => new(fields =>
    {
        var metric = fields.Required("metric", Metric, "");
        var better = StepMetrics.Better(metric);
        var direction = fields.Optional(
            "direction", Scalars.OneOf(("minimize", Direction.Minimize), ("maximize", Direction.Maximize)), better);
        var (size, word) = better == Direction.Maximize ? ("large", "maximize") : ("small", "minimize");
        if (fields.Clean && direction != better)
            fields.Fail("direction", DiagnosticCode.MetricAndDirection,
                $"{metric} is better when it is {size}; write direction: {word}, or leave direction out");
        var range = metric == "val_r2" ? new Interval(double.NegativeInfinity, 1)
            : better == Direction.Maximize ? new Interval(0, 1)
            : Interval.AtLeast(0);
        return new ObjectiveSpec(metric, direction, alone ? fields.Maybe("target", Scalars.Number(range)) : null);
    });
}
