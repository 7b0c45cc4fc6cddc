using System.Collections.Immutable;
using TuneGraph.Search;

namespace TuneGraph;

/// <summary>The keys of a study whose trials somebody else runs.</summary>
internal static class AskedShape
{
    private static readonly ObjectiveSpec _value = new("value", Direction.Minimize);

    /// <summary>The study; the value means nothing when anything was found wrong.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="source">The text.</param>
    public static Reader<SweepSpec?> Study(string name, string source) => new MappingReader<SweepSpec?>(fields =>
    {
        fields.Optional("apiVersion", Scalars.OneOf(("tunegraph/v1", true)), true);
        var seed = fields.Optional("seed", Scalars.Seed, 0ul);
        var objectives = Objectives(fields);
        var drafts = fields.Required("space", new SpaceReader(), []);
        var required = fields.Optional("require", new RulesReader(), []);
        var forbidden = fields.Optional("forbid", new RulesReader(), []);
        var sampler = fields.Optional("sampler", SearchShape.Sampler, new AutoSampler());
        var pruner = fields.Optional("pruner", PrunerShape.Pruner, new NoPruner());
        var steps = fields.Optional("steps", Scalars.Whole(1, Scalars.Plenty), 0);
        var lease = fields.Maybe("lease", Scalars.Duration);
        var budget = fields.Optional("budget", Budget, new BudgetSpec { Trials = Scalars.Plenty });
        ObjectiveShape.CheckNumber(fields, objectives.Length, sampler, pruner);
        if (sampler is PopulationSampler)
            fields.Fail("sampler", DiagnosticCode.KeysExclude,
                $"sampler {sampler.Name} goes on from checkpoints of other trials, which are yours here; take another");
        if (pruner is HyperbandPruner or HalvingPruner && steps == 0)
            fields.Fail("pruner", DiagnosticCode.MissingKey,
                $"pruner {pruner.Name} has to know how many steps a whole trial has; give 'steps'");
        if (SweepShape.SpaceOf(fields, drafts, required, forbidden, areUsed: true) is not { } space)
            return null;
        return new SweepSpec
        {
            Name = name,
            Seed = seed,
            Objective = objectives[0],
            MoreObjectives = objectives[1..],
            Space = space,
            Program = new AskedProgram(steps, lease),
            Sampler = sampler,
            Pruner = pruner,
            Budget = budget,
            Source = source,
        };
    });

    private static Reader<BudgetSpec> Budget => new MappingReader<BudgetSpec>(fields => new BudgetSpec
    {
        Trials = fields.Optional("trials", Scalars.Whole(1, Scalars.Plenty), Scalars.Plenty),
    });

    private static MappingReader<ObjectiveSpec> Objective(string otherwise) => new(fields => new ObjectiveSpec(
        fields.Optional("metric", Scalars.Name, otherwise),
        fields.Optional(
            "direction",
            Scalars.OneOf(("minimize", Direction.Minimize), ("maximize", Direction.Maximize)),
            Direction.Minimize)));

    private static ImmutableArray<ObjectiveSpec> Objectives(Fields fields)
    {
        var one = fields.Optional("objective", Objective(_value.Metric), _value);
        var several = fields.Optional(
            "objectives",
            new ListReader<ObjectiveSpec>(Objective(""), 2, StudyOptions.MostObjectives, _value),
            []);
        if (fields.Has("objective") && fields.Has("objectives"))
            fields.Fail("objectives", DiagnosticCode.KeysExclude,
                $"{fields.Name} has 'objective' and 'objectives'; keep one: a list of several is 'objectives'");
        for (var i = 0; i < several.Length; i++)
        {
            if (several[i].Metric.Length == 0)
                fields.Fail(
                    $"objectives.{i}", DiagnosticCode.MissingKey, "each of several objectives needs a 'metric'");
            else if (several.Take(i).Any(before => before.Metric == several[i].Metric))
                fields.Fail($"objectives.{i}.metric", DiagnosticCode.DuplicateKey,
                    $"{several[i].Metric} is an objective already; name each metric once");
        }

        return several.IsEmpty ? [one] : several;
    }
}
