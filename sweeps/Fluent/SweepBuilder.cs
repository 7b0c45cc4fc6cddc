using System.Collections.Immutable;
using TuneGraph.Search;
using TuneGraph.Training;

namespace TuneGraph;

/// <summary>
/// Describes a sweep step by step. Immutable: every verb returns a changed copy, so a half-described sweep can be kept
/// and completed in
/// several ways. Nothing happens before <see cref="RunAsync(IProgress{SweepEvent}?, bool, CancellationToken)"/>.
/// </summary>
public sealed record SweepBuilder
{
    private readonly string _name;
    private ImmutableArray<ObjectiveSpec> _objectives = [];
    private ImmutableArray<ConstraintSpec> _constraints = [];
    private SpaceBuilder? _space;
    private DataSpec? _data;
    private ModelTemplate _model = new MlpTemplate();
    private TrainingTemplate _training = new();
    private Sampler _sampler = new AutoSampler();
    private Pruner _pruner = new NoPruner();
    private BudgetSpec _budget = new();
    private string? _outputFolder;
    private bool _retrain;
    private ulong _seed;

    internal SweepBuilder(string name) => _name = name;

    /// <summary>Searches for the least value of a metric; it takes the place of every objective before.</summary>
    /// <param name="metric">See <see cref="ObjectiveSpec.Metric"/>.</param>
    /// <param name="target">See <see cref="ObjectiveSpec.Target"/>.</param>
    public SweepBuilder Minimize(string metric, double? target = null) =>
        this with { _objectives = [new ObjectiveSpec(metric, Direction.Minimize, target)] };

    /// <summary>Searches for the largest value of a metric; it takes the place of every objective before.</summary>
    /// <param name="metric">See <see cref="ObjectiveSpec.Metric"/>.</param>
    /// <param name="target">See <see cref="ObjectiveSpec.Target"/>.</param>
    public SweepBuilder Maximize(string metric, double? target = null) =>
        this with { _objectives = [new ObjectiveSpec(metric, Direction.Maximize, target)] };

    /// <summary>
    /// Searches for the least value of another metric as well: for the Pareto front, <see cref="SweepResult.Front"/>.
    /// The objective named first decides what the best trial is.
    /// </summary>
    /// <param name="metric">See <see cref="ObjectiveSpec.Metric"/>.</param>
    public SweepBuilder AndMinimize(string metric) =>
        this with { _objectives = _objectives.Add(new ObjectiveSpec(metric, Direction.Minimize)) };

    /// <summary>As <see cref="AndMinimize"/>, for the largest value.</summary>
    /// <param name="metric">See <see cref="ObjectiveSpec.Metric"/>.</param>
    public SweepBuilder AndMaximize(string metric) =>
        this with { _objectives = _objectives.Add(new ObjectiveSpec(metric, Direction.Maximize)) };

    /// <summary>
    /// Only trials whose metric is not larger at their end can be the best. For built-in models; a C# function tells
    /// <see cref="TrialContext.Constrain"/>.
    /// </summary>
    public SweepBuilder AtMost(string metric, double bound) =>
        With(new ConstraintSpec(metric, BoundSide.AtMost, bound));

    /// <summary>As <see cref="AtMost"/>, for a metric that must not be smaller.</summary>
    public SweepBuilder AtLeast(string metric, double bound) =>
        With(new ConstraintSpec(metric, BoundSide.AtLeast, bound));

    /// <summary>
    /// Declares what is searched. Not needed for a C# function, which may ask for its parameters as it runs.
    /// </summary>
    public SweepBuilder Space(Func<SpaceBuilder, SpaceBuilder> describe)
    {
        ArgumentNullException.ThrowIfNull(describe);
        return this with { _space = describe(_space ?? new SpaceBuilder()) };
    }

    /// <summary>The table that a built-in model learns from.</summary>
    public SweepBuilder Data(DataSpec data) => this with { _data = data };

    /// <summary>The built-in model; its settings may refer to parameters as <c>"$name"</c>.</summary>
    public SweepBuilder Model(ModelTemplate model) => this with { _model = model };

    /// <summary>How a built-in model is trained; its settings may refer to parameters as <c>"$name"</c>.</summary>
    public SweepBuilder Training(TrainingTemplate training) => this with { _training = training };

    /// <summary>How configurations are proposed. Default: <see cref="AutoSampler"/>.</summary>
    public SweepBuilder Sampler(Sampler sampler) => this with { _sampler = sampler };

    /// <summary>
    /// What stops trials early. Default: nothing. A C# function cannot be paused, so for one, a pruner that pauses
    /// trials is replaced by its <see cref="Pruner.Stopping"/> form.
    /// </summary>
    public SweepBuilder Pruner(Pruner pruner) => this with { _pruner = pruner };

    /// <summary>
    /// Trains a population in which the worst members go on as forks of the best: sampler and pruner at once.
    /// </summary>
    /// <param name="options">Its settings. Parameters on which the model's shape or the kind of optimizer depends are
    /// inherited by forks without being named.</param>
    /// <param name="exploration">How forks differ from their donors; null for <see cref="Perturbation"/>.</param>
    public SweepBuilder Population(PopulationOptions options, Exploration? exploration = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        return this with { _sampler = new PopulationSampler(options, exploration) };
    }

    /// <summary>Number of trials. Default 50.</summary>
    public SweepBuilder Trials(int trials) => this with { _budget = _budget with { Trials = trials } };

    /// <summary>Trials that run at the same time. Default: as many as the cores allow.</summary>
    public SweepBuilder Parallel(int trials) => this with { _budget = _budget with { Parallel = trials } };

    /// <summary>
    /// Steps that all trials may train together, see <see cref="BudgetSpec.Steps"/>. Default: any number.
    /// </summary>
    public SweepBuilder Steps(int steps) => this with { _budget = _budget with { Steps = steps } };

    /// <summary>
    /// Ends the search when the best is surely so near to the optimum, see <see cref="BudgetSpec.Regret"/>. Default:
    /// never.
    /// </summary>
    public SweepBuilder Regret(double tolerance) => this with { _budget = _budget with { Regret = tolerance } };

    /// <summary>Time limit of the search. Default: none.</summary>
    public SweepBuilder Timeout(TimeSpan limit) => this with { _budget = _budget with { Timeout = limit } };

    /// <summary>Gives up once so many trials have failed. Default: never.</summary>
    public SweepBuilder MaxFailed(int trials) => this with { _budget = _budget with { MaxFailed = trials } };

    /// <summary>Seed of everything that is drawn. Default 0.</summary>
    public SweepBuilder Seed(ulong seed) => this with { _seed = seed };

    /// <summary>
    /// Trains the best configuration once more on train and validation data together before the test.
    /// </summary>
    public SweepBuilder Retrain() => this with { _retrain = true };

    /// <summary>Keeps the study and its results in a folder. Default: nothing is kept.</summary>
    public SweepBuilder Output(string folder) => this with { _outputFolder = folder };

    /// <summary>The description of a sweep over the built-in model.</summary>
    /// <exception cref="InvalidOperationException">Objective, data or space are missing.</exception>
    /// <exception cref="SearchSpaceException">The space contradicts itself.</exception>
    /// <exception cref="TuneGraphException">Model or training refer to a parameter that is not in the space, or cannot
    /// take its values.</exception>
    public SweepSpec Build()
    {
        var data = _data ?? throw Missing("data", ".Data(new DataSpec { Path = …, Target = … })");
        if (_space is null)
            throw Missing("search space", ".Space(s => s.Float(…))");
        if (_sampler.Forks && _retrain)
        {
            throw new InvalidOperationException(
                $"The sweep '{_name}' trains a population, whose best member has changed its parameters on the way, "
                    + "and is to be retrained with the last ones; leave out Retrain."
            );
        }

        var sweep = _sampler is PopulationSampler population
            ? this with { _sampler = Inheritance.Complete(population, _model, _training) }
            : this;
        return TemplateCheck.Checked(sweep.Describe(new ModelProgram(data, _model, _training)));
    }

    /// <summary>The description of a sweep over a C# function.</summary>
    /// <exception cref="InvalidOperationException">
    /// The objective is missing, trials are to be forked, which a function cannot be, or metrics are bounded, which a
    /// function does itself.
    /// </exception>
    public SweepSpec Build(Func<TrialContext, CancellationToken, ValueTask<double>> objective)
    {
        ArgumentNullException.ThrowIfNull(objective);
        return Build(async (trial, kill) => (ValueList)await objective(trial, kill).ConfigureAwait(false));
    }

    /// <summary>The description of a sweep over a C# function of several objectives.</summary>
    /// <inheritdoc cref="Build(Func{TrialContext, CancellationToken, ValueTask{double}})"/>
    public SweepSpec Build(Func<TrialContext, CancellationToken, ValueTask<ValueList>> objectives)
    {
        if (_sampler.Forks)
            throw new InvalidOperationException(
                $"The sweep '{_name}' trains a population, whose members go on from each other's checkpoints, and a "
                    + "function has none; take another sampler, or train the built-in model."
            );
        if (!_constraints.IsEmpty)
            throw new InvalidOperationException(
                $"The sweep '{_name}' bounds '{_constraints[0].Metric}', and a function's metrics are its own; "
                    + "call trial.Constrain in the function instead."
            );
        return (this with { _pruner = _pruner.Stopping }).Describe(new FunctionProgram(objectives));
    }

    /// <summary>Runs a sweep over the built-in model in this process.</summary>
    /// <param name="progress">Told what happens; for instance <see cref="PlainProgress"/>.</param>
    /// <param name="resume">Whether to go on with an existing study in the output folder.</param>
    /// <param name="cancellationToken">Ends the sweep gracefully: it returns what was found so far and can be
    /// resumed.</param>
    public Task<SweepResult> RunAsync(
        IProgress<SweepEvent>? progress = null,
        bool resume = false,
        CancellationToken cancellationToken = default
    ) => RunAsync(Build(), progress, resume, cancellationToken);

    /// <summary>Runs a sweep over a C# function in this process.</summary>
    /// <param name="objective">Gives the objective's value for a trial. Called from several threads when trials run in
    /// parallel.</param>
    /// <param name="progress">Told what happens; for instance <see cref="PlainProgress"/>.</param>
    /// <param name="resume">Whether to go on with an existing study in the output folder.</param>
    /// <param name="cancellationToken">Ends the sweep gracefully: it returns what was found so far and can be
    /// resumed.</param>
    public Task<SweepResult> RunAsync(
        Func<TrialContext, double> objective,
        IProgress<SweepEvent>? progress = null,
        bool resume = false,
        CancellationToken cancellationToken = default
    ) => RunAsync(Build((trial, _) => ValueTask.FromResult(objective(trial))), progress, resume, cancellationToken);

    /// <summary>Runs a sweep over an asynchronous C# function in this process.</summary>
    /// <inheritdoc cref="RunAsync(Func{TrialContext, double}, IProgress{SweepEvent}?, bool, CancellationToken)"/>
    public Task<SweepResult> RunAsync(
        Func<TrialContext, CancellationToken, ValueTask<double>> objective,
        IProgress<SweepEvent>? progress = null,
        bool resume = false,
        CancellationToken cancellationToken = default
    ) => RunAsync(Build(objective), progress, resume, cancellationToken);

    /// <summary>Runs a sweep over a C# function of several objectives in this process.</summary>
    /// <param name="objectives">Gives the values of the objectives, in the order in which they were named:
    /// <c>trial => [error, size]</c>. Called from several threads when trials run in parallel.</param>
    /// <param name="progress">Told what happens; for instance <see cref="PlainProgress"/>.</param>
    /// <param name="resume">Whether to go on with an existing study in the output folder.</param>
    /// <param name="cancellationToken">Ends the sweep gracefully: it returns what was found so far and can be
    /// resumed.</param>
    public Task<SweepResult> RunAsync(
        Func<TrialContext, ValueList> objectives,
        IProgress<SweepEvent>? progress = null,
        bool resume = false,
        CancellationToken cancellationToken = default
    ) => RunAsync(Build((trial, _) => ValueTask.FromResult(objectives(trial))), progress, resume, cancellationToken);

    /// <summary>Runs a sweep over an asynchronous C# function of several objectives in this process.</summary>
    /// <inheritdoc cref="RunAsync(Func{TrialContext, ValueList}, IProgress{SweepEvent}?, bool, CancellationToken)"/>
    public Task<SweepResult> RunAsync(
        Func<TrialContext, CancellationToken, ValueTask<ValueList>> objectives,
        IProgress<SweepEvent>? progress = null,
        bool resume = false,
        CancellationToken cancellationToken = default
    ) => RunAsync(Build(objectives), progress, resume, cancellationToken);

    private static Task<SweepResult> RunAsync(
        SweepSpec spec,
        IProgress<SweepEvent>? progress,
        bool resume,
        CancellationToken cancellationToken
    ) =>
        new SweepRunner(spec, new SweepRunOptions { Progress = progress, Resume = resume }).RunAsync(cancellationToken);

    private SweepSpec Describe(TrialProgram program)
    {
        if (_objectives.IsEmpty)
            throw Missing("objective", ".Minimize(metric) or .Maximize(metric)");
        CheckObjectives();
        return new()
        {
            Name = _name,
            Seed = _seed,
            Objective = _objectives[0],
            MoreObjectives = _objectives[1..],
            Constraints = _constraints,
            Space = _space?.Build(),
            Program = program,
            Sampler = _sampler,
            Pruner = _sampler is PopulationSampler population ? population.Pruner : _pruner,
            Budget = _budget,
            Retrain = _retrain,
            OutputFolder = _outputFolder,
        };
    }

    private void CheckObjectives()
    {
        if (_objectives.DistinctBy(objective => objective.Metric).Count() < _objectives.Length)
            throw new InvalidOperationException(
                $"The sweep '{_name}' names an objective twice: "
                    + $"{string.Join(", ", _objectives.Select(objective => objective.Metric))}."
            );
        var (who, most) = _sampler.MostObjectives < _pruner.MostObjectives
            ? ($"sampler '{_sampler.Name}'", _sampler.MostObjectives)
            : ($"pruner '{_pruner.Name}'", _pruner.MostObjectives);
        if (_objectives.Length > most)
            throw new InvalidOperationException(
                $"The sweep '{_name}' has {_objectives.Length} objectives, and its {who} serves {most}; "
                    + "take another one, or fewer objectives."
            );
    }

    private SweepBuilder With(ConstraintSpec constraint) => this with { _constraints = _constraints.Add(constraint) };

    private InvalidOperationException Missing(string what, string verb) =>
        new($"The sweep '{_name}' has no {what}; add {verb} before running it.");
}
