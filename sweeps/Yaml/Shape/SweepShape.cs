using System.Collections.Immutable;
using TuneGraph.Search;
using TuneGraph.Training;

namespace TuneGraph;

/// <summary>The keys of a sweep file, from the top, and what they owe each other.</summary>
internal static class SweepShape
{
    private const int MostParallel = 1024;
    private const int MostRetries = 100;
    private const int MostPastStudies = 100;

    /// <summary>The sweep of a file; the value means nothing when anything was found wrong.</summary>
    /// <param name="source">The file's text.</param>
    /// <param name="givenSeed">A seed that goes before the file's; null for the file's.</param>
    public static Reader<SweepSpec?> Sweep(string source, ulong? givenSeed) => new MappingReader<SweepSpec?>(fields =>
    {
        fields.Required("apiVersion", Scalars.OneOf(("tunegraph/v1", true)), true);
        fields.Required("kind", Scalars.OneOf(("Sweep", true)), true);
        var name = fields.Required("name", Scalars.Name, "");
        var writtenSeed = fields.Optional("seed", Scalars.Seed, 0ul);
        var seed = givenSeed ?? writtenSeed;
        var objectives = ObjectiveShape.Read(fields);
        var constraints = fields.Optional("constraints", ObjectiveShape.Constraints, []);
        var data = fields.Required("data", DataShape.Data(seed), DataShape.Nothing);
        var model = fields.Required("model", ModelShape.Model, new MlpTemplate());
        var drafts = fields.Required("space", new SpaceReader(), []);
        var required = fields.Optional("require", new RulesReader(), []);
        var forbidden = fields.Optional("forbid", new RulesReader(), []);
        var training = fields.Optional("training", TrainingShape.Training, new TrainingTemplate());
        var sampler = fields.Optional("sampler", SearchShape.Sampler, new AutoSampler());
        var pruner = fields.Optional("pruner", PrunerShape.Pruner, new NoPruner());
        var budget = fields.Optional("budget", Budget, new BudgetSpec());
        var retry = fields.Optional("retry", Retry, new RetrySpec());
        var resources = fields.Optional("resources", ResourceShape.Resources, new ResourceSpec());
        var past = fields.Optional("warmStart", WarmStart, []);
        var retrain = fields.Optional("final", Final, false);
        var folder = fields.Optional("output", Output, "");
        ObjectiveShape.CheckTask(fields, data.Task, objectives, constraints, training.EarlyStopping);
        ObjectiveShape.CheckNumber(fields, objectives.Length, sampler, pruner);
        CheckTraining(fields, data.Task, model, training);
        CheckPruner(fields, pruner, training.Epochs);
        ResourceShape.Check(fields, resources, training.Parallel);
        if (sampler is PopulationSampler population)
        {
            CheckPopulation(fields, population, training.Epochs, retrain);
            var complete = Inheritance.Complete(population, model, training);
            (sampler, pruner) = (complete, complete.Pruner);
        }

        if (SpaceOf(fields, drafts, required, forbidden, areUsed: false) is not { } space)
            return null;
        return new SweepSpec
        {
            Name = name,
            Seed = seed,
            Objective = objectives[0],
            MoreObjectives = objectives[1..],
            Constraints = constraints,
            Space = space,
            Program = new ModelProgram(data, model, training),
            Sampler = sampler,
            Pruner = pruner,
            Budget = budget,
            Retry = retry,
            Resources = resources,
            PastStudies = past,
            Retrain = retrain,
            OutputFolder = Path.GetFullPath(folder.Length > 0 ? folder : Path.Combine("runs", name)),
            Source = source,
        };
    });

    /// <summary>The space; null where anything was found wrong, there or anywhere before.</summary>
    /// <param name="fields">What the space stands in.</param>
    /// <param name="drafts">Its parameters.</param>
    /// <param name="required">Rules that have to hold.</param>
    /// <param name="forbidden">Rules that may not.</param>
    /// <param name="areUsed">Whether the parameters are used by somebody whom the file does not know.</param>
    public static SearchSpace? SpaceOf(
        Fields fields,
        ImmutableArray<ParameterDraft> drafts,
        ImmutableArray<Slot> required,
        ImmutableArray<Slot> forbidden,
        bool areUsed)
    {
        var conditions = new Conditions(drafts);
        if (!drafts.IsEmpty && !areUsed)
            new KnobCheck(drafts, conditions.Parents, fields.File).Run();
        Condition[] rules =
        [
            .. required.Select(conditions.Read).OfType<Condition>(),
            .. forbidden.Select(conditions.Read).OfType<Condition>().Select(combination => combination.Not()),
        ];
        if (!fields.Clean)
            return null;
        try
        {
            return new SearchSpace(conditions.Parameters, rules);
        }
        catch (SearchSpaceException e)
        {
            fields.Fail(fields.Has("require") ? "require" : "forbid", DiagnosticCode.ImpossibleRules,
                Words.Sentence(e.Message));
            return null;
        }
    }

    private static Reader<BudgetSpec> Budget => new MappingReader<BudgetSpec>(fields => new BudgetSpec
    {
        Trials = fields.Optional("trials", Scalars.Whole(1, Scalars.Plenty), new BudgetSpec().Trials),
        Parallel = fields.Maybe("parallel", Scalars.Whole(1, MostParallel)),
        Steps = fields.Maybe("steps", Scalars.Whole(1, int.MaxValue)),
        Timeout = fields.Maybe("timeout", Scalars.Duration),
        Cost = fields.Maybe("cost", Scalars.Number(Interval.Above(0))),
        CostMetric = fields.Maybe("costMetric", Costs),
        Regret = fields.Maybe("regret", Scalars.Number(Interval.Above(0))),
        MaxFailed = fields.Maybe("maxFailed", Scalars.Whole(1, Scalars.Plenty)),
    });

    private static Reader<RetrySpec> Retry => new MappingReader<RetrySpec>(fields => new RetrySpec
    {
        Max = fields.Optional("max", Scalars.Whole(0, MostRetries), 0),
        Backoff = fields.Optional("backoff", Scalars.Duration, TimeSpan.Zero),
        On = fields.Optional(
            "on", new ListReader<RetryReason>(RetryOn, 1, 2, RetryReason.Failed), new RetrySpec().On),
        Relief = fields.Optional(
            "relief", new ListReader<MemoryRelief>(Relief, 1, 2, MemoryRelief.SmallerPasses), []),
    });

    private static ScalarReader<MemoryRelief> Relief => Scalars.OneOf(
        ("smallerPasses", MemoryRelief.SmallerPasses),
        ("biggerWorker", MemoryRelief.BiggerWorker));

    private static ScalarReader<RetryReason> RetryOn => Scalars.OneOf(
        ("failed", RetryReason.Failed),
        ("outOfMemory", RetryReason.OutOfMemory));

    private static ScalarReader<CostMetric> Costs => Scalars.OneOf(
        ("seconds", CostMetric.Seconds), ("steps", CostMetric.Steps), ("parameter-steps", CostMetric.ParameterSteps));

    private static Reader<ImmutableArray<string>> WarmStart => new MappingReader<ImmutableArray<string>>(fields =>
        fields.Required("studies", new ListReader<string>(new PastStudyReader(), 1, MostPastStudies, ""), []));

    private static Reader<bool> Final => new MappingReader<bool>(fields =>
        fields.Optional("retrain", Scalars.Flag, false));

    private static Reader<string> Output => new MappingReader<string>(fields =>
        fields.Optional("folder", Scalars.Text, ""));

    private static void CheckTraining(
        Fields fields, LearningTask task, ModelTemplate model, TrainingTemplate training)
    {
        StrategyShape.CheckModel(fields, model, training.Parallel.Settings);
        var loss = training.Loss;
        var fitting = loss switch
        {
            LossKind.Auto => LearningTask.Auto,
            LossKind.CrossEntropy or LossKind.BinaryCrossEntropy => LearningTask.Classification,
            _ => LearningTask.Regression,
        };
        if (task != LearningTask.Auto && fitting != LearningTask.Auto && task != fitting)
            fields.Fail("training.loss", DiagnosticCode.TaskMismatch,
                $"{KnobValue.Write(loss)} does not fit data.task {KnobValue.Write(task)}; use auto");
    }

    private static void CheckPruner(Fields fields, Pruner pruner, int epochs)
    {
        var (key, step) = pruner switch
        {
            HalvingPruner halving => ("minResource", halving.Options.MinResource),
            MedianPruner median => ("warmupSteps", median.Options.WarmupSteps),
            PercentilePruner percentile => ("warmupSteps", percentile.Options.WarmupSteps),
            ThresholdPruner threshold => ("warmupSteps", threshold.Options.WarmupSteps),
            CurvePruner curve => ("leastPoints", curve.Options.LeastPoints),
            PatientPruner patient => ("patience", patient.Options.Patience + 1),
            _ => ("", 0),
        };
        if (step >= epochs)
            fields.Fail($"pruner.{key}", DiagnosticCode.ResourceAboveEpochs,
                $"pruner.{key} is {step}, but training.epochs is {epochs}, so no trial would ever stop early; " +
                $"make it less than {epochs}");
    }

    private static void CheckPopulation(Fields fields, PopulationSampler population, int epochs, bool retrain)
    {
        if (fields.Has("warmStart"))
            fields.Fail("warmStart", DiagnosticCode.KeysExclude,
                $"sampler {population.Name} learns nothing from past studies; leave out 'warmStart'");
        if (fields.Has("pruner"))
            fields.Fail("pruner", DiagnosticCode.KeysExclude,
                $"sampler {population.Name} decides itself which trials go on; leave out 'pruner'");
        if (retrain)
            fields.Fail("final.retrain", DiagnosticCode.KeysExclude,
                $"the best of sampler {population.Name} changes its parameters on the way, so it cannot be retrained "
                + "with the last ones; leave out final.retrain");
        if (population.Options.Interval >= epochs)
            fields.Fail("sampler.interval", DiagnosticCode.ResourceAboveEpochs,
                $"sampler.interval is {population.Options.Interval}, but training.epochs is {epochs}, so no trial "
                + $"would ever be forked; make it less than {epochs}");
    }
}
