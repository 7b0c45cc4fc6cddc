using System.Collections.Immutable;
using System.Text;
using System.Text.Json;

namespace TuneGraph;

/// <summary>
/// Goes once through what a first sweep goes through, with a sweep of its own that nobody sees: a process compiles what
/// it runs when it first runs it, and then the first sweep need not wait for that.
/// </summary>
internal static class Rehearsal
{
    private const string DataName = "rehearsal.csv";
    private const int Epochs = 2;

    private const string Sweep =
        """
        apiVersion: tunegraph/v1
        kind: Sweep
        name: rehearsal
        seed: 1
        objective: {metric: val_loss}
        data: {file: rehearsal.csv, target: kind}
        model: {type: mlp, hidden: [4]}
        space: {rate: {type: float, low: 0.001, high: 0.01, log: true}}
        training: {epochs: 2, batchSize: 4, optimizer: {type: adamw, learningRate: $rate}}
        sampler: random
        budget: {trials: 1}
        """;

    /// <summary>What a scheduler does, from a submission to the end of the first trial's training.</summary>
    public static async Task ScheduleAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("tunegraph-rehearsal-").FullName;
        try
        {
            using var shelf = new StudyShelf(postgres: null, time);
            using var fleet = new FleetHost(new FleetOptions(), "rehearsal", time);
            var studies = new ScheduledStudies(
                folder, fleet, new ArtifactStore(new ArtifactFolder(folder)), shelf, time);
            var data = Data();
            var file = new ArtifactFile(DataName, ArtifactStore.HashOf(data));
            using (var content = new MemoryStream(data))
                await studies.Artifacts.PutAsync(file.Sha256, content, cancellationToken).ConfigureAwait(false);
            var study = studies.Submit(Sent(new StudySubmission(Sweep, [file]), WireJson.Default.StudySubmission));
            await TrainAsync(studies, cancellationToken).ConfigureAwait(false);
            _ = Sent(study.View(), WireJson.Default.StudyView);
            _ = Sent([.. study.Trials().Select(TrialView.Of)], WireJson.Default.ImmutableArrayTrialView);
            await studies.LeaveAsync().ConfigureAwait(false);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>What a process that runs ranks does with its first order.</summary>
    /// <param name="runner">Runs it.</param>
    public static void Train(OrderRunner runner)
    {
        var folder = Directory.CreateTempSubdirectory("tunegraph-rehearsal-").FullName;
        try
        {
            var path = Path.Combine(folder, DataName);
            File.WriteAllBytes(path, Data());
            var order = OrderIn(path);
            var command = new RankCommand(new RankTask(order, path, null, folder, "127.0.0.1"));
            var task = Sent(command, WireJson.Default.RankCommand).Run!;
            var end = runner.Run(
                task,
                () => false,
                (step, kept) => Sent(new RankWord(step, kept), WireJson.Default.RankWord).Step is not null,
                _ => { },
                CancellationToken.None);
            _ = Sent(new RankWord(End: end), WireJson.Default.RankWord);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task TrainAsync(ScheduledStudies studies, CancellationToken cancellationToken)
    {
        var fleet = studies.Fleet;
        var offer = new WorkerOffer("rehearsal", "1", "1", Slots: 1, Cores: 1, Accelerators: 0, MemoryBytes: 1, []);
        var lease = fleet.Change((f, now) => f.Join(offer, now));
        WorkerNews news;
        do
        {
            var word = new WorkerWord([], [], [], WaitSeconds: 1);
            news = await fleet.RenewAsync(lease.Token, word, cancellationToken).ConfigureAwait(false);
        }
        while (news.Order is null);
        var order = Sent(news, WireJson.Default.WorkerNews).Order!;
        for (var step = 1; step <= Epochs; step++)
        {
            var word = new StepWord(
                order.Study, order.Trial, order.Segment, step, new StepMetrics(1, 1.0 / step), Checkpoint: null);
            var verdict = await studies.StepAsync(order.Token, Sent(word, WireJson.Default.StepWord))
                .ConfigureAwait(false);
            _ = Sent(verdict, WireJson.Default.StepVerdict);
        }
    }

    private static TrainingOrder OrderIn(string path)
    {
        var spec = SweepFile.Parse(Sweep, "rehearsal.yaml", Path.GetTempPath(), null, path);
        var table = Training.TabularData.Load(((ModelProgram)spec.Program).Data, CancellationToken.None);
        var parameters = ImmutableArray.Create(new EncodedParameter("rate", ((Search.ParameterValue)0.01).Encode()));
        var order = new TrainingOrder
        {
            Token = "rehearsal",
            Study = spec.Name,
            Trial = 0,
            Segment = "",
            From = 0,
            To = Epochs,
            Ranks = 1,
            Sweep = Sweep,
            Seed = spec.Seed,
            Data = [],
            Parameters = parameters,
        };
        var (key, _) = new SweepPlan(spec, (_, _) => order.Shape).Segment(
            order.Configuration(), order.Shape, table.ContentHash, new SegmentRange(0, Epochs), null);
        return order with { Segment = key };
    }

    private static byte[] Data() =>
        Encoding.UTF8.GetBytes(
            "size,weight,kind\n"
            + string.Concat(Enumerable.Range(0, 30).Select(row =>
                FormattableString.Invariant($"{row % 7}.5,{row % 5},{(row % 2 == 0 ? "a" : "b")}\n"))));

    // As if it had gone over the network.
    private static T Sent<T>(T value, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type) =>
        JsonSerializer.Deserialize(JsonSerializer.SerializeToUtf8Bytes(value, type), type)!;
}
