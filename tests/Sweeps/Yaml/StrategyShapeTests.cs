using TuneGraph.Search;
using TuneGraph.Training;

namespace TuneGraph.Tests.Sweeps;

public sealed class StrategyShapeTests
{
    private const string Plain = "  parallel: {strategy: data, worldSize: 2}\n";

    [Fact]
    public void A_strategy_reads_its_own_keys_and_any_of_them_may_be_a_parameter()
    {
        var text = SweepSample.With(Plain,
                "  parallel: {strategy: kmeans, worldSize: 4, oversampling: $over, batchRows: 100}\n")
            .Replace("type: mlp\n  layers: $layers\n  width: $width\n  activation: $activation\n  dropout: $dropout",
                "type: kmeans\n  clusters: $layers", StringComparison.Ordinal)
            .Replace("  width:      {type: int, low: 32, high: 512, step: 32}\n", "", StringComparison.Ordinal)
            .Replace("  activation: {type: categorical, choices: [relu, tanh, gelu]}\n", "", StringComparison.Ordinal)
            .Replace("  dropout:    {type: float, low: 0, high: 0.5, step: 0.1}",
                "  over:       {type: float, low: 0.5, high: 4}", StringComparison.Ordinal);

        var program = Assert.IsType<ModelProgram>(SweepSample.Read(text).Program);

        Assert.Equal(ParallelStrategy.KMeans, program.Training.Parallel.Strategy);
        Assert.Equal(
            new KMeansTemplate { Oversampling = Knob<double>.From("over", 2), BatchRows = 100 },
            program.Training.Parallel.Settings);
        Assert.Equal(new CentroidsTemplate { Clusters = Knob<int>.From("layers", 8) }, program.Model);
    }

    [Fact]
    public void A_misspelt_strategy_and_a_key_of_another_one_are_told() => Assert.Multiple(
        () => SweepSample.Expect("strategy: data", "strategy: kmean",
            "sweep.yaml(41,24): error TG0104: training.parallel.strategy must be one of data, auto, kmeans, "
            + "cocoa, model-average, federated, parameter-server, pipeline, tensor, mixed, not 'kmean' "
            + "(did you mean 'kmeans'?)"),
        () => SweepSample.Expect("{strategy: data,", "{strategy: data, seeding: random,",
            "sweep.yaml(41,30): error TG0103: unknown key 'seeding' in training.parallel; allowed: strategy, "
            + "worldSize, threads, allReduce, transport, compression, zero, bucketBytes, overlap, pin, balance, "
            + "hashEvery, verify"));

    [Fact]
    public void The_model_and_the_strategy_kmeans_need_each_other() =>
        SweepSample.Expect("strategy: data", "strategy: kmeans",
            "sweep.yaml(14,9): error TG0108: training.parallel.strategy kmeans finds centres; give it model kmeans, or "
            + "train this model with data");

    [Fact]
    public void What_is_measured_and_checked_can_be_given()
    {
        var text = SweepSample.With("parallel: {strategy: data, worldSize: 2}",
            "parallel: {strategy: auto, worldSize: 2, hashEvery: 50, verify: 7, probeSteps: 30, memoryMib: 64, "
            + "localSteps: 4, staleness: 2, stalenessAbove: 0.5, localAbove: 2, mayChangeResults: false}");

        var parallel = ((ModelProgram)SweepSample.Read(text).Program).Training.Parallel;

        Assert.Equal(
            (ParallelStrategy.Auto, 50, 7), (parallel.Strategy, parallel.HashEvery, parallel.VerifySteps));
        Assert.Equal(
            new AutoStrategy
            {
                ProbeSteps = 30,
                MemoryBytes = 64 << 20,
                LocalSteps = 4,
                Staleness = 2,
                StalenessAbove = 0.5,
                LocalAbove = 2,
                MayChangeResults = false,
            },
            parallel.Settings!.In(Configuration.Empty));
    }

    [Fact]
    public void A_pipeline_reads_its_schedule_its_parts_and_its_stages()
    {
        var text = SweepSample.With(Plain,
            "  parallel: {strategy: pipeline, worldSize: 2, schedule: gpipe, microBatches: 4, stages: [2, 3]}\n");

        var settings = ((ModelProgram)SweepSample.Read(text).Program).Training.Parallel.Settings;

        var pipeline = Assert.IsType<PipelineTemplate>(settings);
        Assert.Equal<int>([2, 3], pipeline.Stages);
        Assert.Equal(
            new PipelineTemplate { Schedule = PipelineSchedule.GPipe, MicroBatches = 4, Stages = pipeline.Stages },
            pipeline);
        SweepSample.Expect("{strategy: data,", "{strategy: pipeline, stages: [1, 1, 2],",
            "sweep.yaml(41,42): error TG0108: training.parallel: stages lists 3 stages for 2 ranks; it needs one for "
            + "each");
    }

    [Fact]
    public void A_schedule_may_be_searched_over_by_its_name_in_the_field()
    {
        var choice = KnobValue.Names<PipelineSchedule>();

        Assert.Equal(["gpipe", "1f1b"], choice);
        Assert.Equal(PipelineSchedule.OneForwardOneBackward, KnobValue.ReadName<PipelineSchedule>("1f1b"));
        Assert.Equal(PipelineSchedule.GPipe, KnobValue.ReadName<PipelineSchedule>("GPipe"));
        Assert.Throws<FormatException>(() => KnobValue.ReadName<PipelineSchedule>("1"));
    }

    [Fact]
    public void The_sizes_of_a_mesh_say_how_many_ranks_there_are()
    {
        var text = SweepSample.With(Plain, "  parallel: {strategy: mixed, data: 2, pipeline: 2, tensor: 3}\n");

        Assert.Equal(12, ((ModelProgram)SweepSample.Read(text).Program).Training.Parallel.WorldSize);
        SweepSample.Expect("{strategy: data,", "{strategy: mixed, data: 2, tensor: 2,",
            "sweep.yaml(41,62): error TG0108: training.parallel: data 2 x pipeline 1 x tensor 2 are 4 ranks, but "
            + "worldSize is 2; make them equal, or leave worldSize out");
    }

    [Fact]
    public void The_block_that_the_page_shows_is_read_as_it_stands()
    {
        var page = File.ReadAllLines(RepositoryRoot.Of("docs", "training.md"));
        var shown = page.Single(line => line.StartsWith("  parallel: {", StringComparison.Ordinal));
        var example = File.ReadAllText(RepositoryRoot.Of("examples", "strategies", "cocoa.yaml"));
        var old = example.Split('\n').Single(line => line.StartsWith("  parallel: {", StringComparison.Ordinal));

        var spec = SweepFile.Parse(
            example.Replace(old, shown, StringComparison.Ordinal), "cocoa.yaml",
            RepositoryRoot.Of("examples", "strategies"));

        Assert.Equal(
            new CocoaTemplate
            {
                Problem = Knob<CocoaProblem>.From("problem", CocoaProblem.Svm),
                Lambda = Knob<double>.From("lambda", 1e-3),
                TargetGap = 1e-4,
            },
            ((ModelProgram)spec.Program).Training.Parallel.Settings);
    }
}
