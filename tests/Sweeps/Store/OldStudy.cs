using TuneGraph.Search;

namespace TuneGraph.Tests.Sweeps.Store;

/// <summary>A study as the first version of the schema kept it; later versions must read it whole.</summary>
internal static class OldStudy
{
    private const string At = "'2024-05-01T10:00:00.0000000+00:00'";

    /// <summary>Its rows, in words of both databases; it is the first study there.</summary>
    public static string Rows { get; } = $"""
        INSERT INTO studies (name, state, metric, direction, sampler, pruner, seed, trials, source, define_by_run,
            fingerprint, created_at, changed_at)
        VALUES ('old', 'Running', 'val_loss', 'Minimize', 'random', 'none', '7', 3, '', 0, 'print', {At}, {At});
        INSERT INTO trials (study, number, given, state, value, reason, asked_sequence, told_sequence, asked_at,
            told_at)
        VALUES (1, 0, 0, 'Completed', 0.5, 'done', 0, 2, {At}, {At}), (1, 1, 1, 'Running', NULL, NULL, 3, NULL, {At},
            NULL);
        INSERT INTO parameters (study, trial, position, name, value, asked_value)
        VALUES (1, 0, 0, 'x', '{Text(0.25)}', '{Text(0.25)}'), (1, 1, 0, 'x', '{Text(0.75)}', '{Text(0.75)}');
        INSERT INTO intermediate_values (study, trial, step, value, train_loss, sequence, at)
        VALUES (1, 0, 1, 0.5, 0.125, 1, {At});
        INSERT INTO tasks (study, key, kind, trial, state) VALUES (1, 'train-a-0-1', 'train', 0, 'Succeeded');
        INSERT INTO attempts (study, task, number, trial, worker, ranks, state, started_at, ended_at)
        VALUES (1, 'train-a-0-1', 1, 0, 'host:1', 1, 'Succeeded', {At}, {At});
        INSERT INTO checkpoints (study, task, step, path) VALUES (1, 'train-a-0-1', 1, 'checkpoints/a');
        """;

    /// <summary>Nothing of it was lost or has come to it.</summary>
    public static void AssertIsWhole(StudyStore store)
    {
        var study = store.Load("old")!;
        Assert.Equal(
            [
                new TrialAsked(0, Configuration.Of(("x", 0.25))),
                new StepReported(0, 1, 0.5),
                new TrialTold(0, TrialState.Completed, 0.5, "done"),
                new TrialAsked(1, Configuration.Of(("x", 0.75)), Given: true),
            ],
            study.Log.Select(logged => logged.Event));
        Assert.Equal(0.125, study.Log[1].Metrics!.TrainLoss);
        Assert.Equal([new StoredTask("train-a-0-1", "train", 0, "Succeeded")], study.Tasks);
        Assert.Equal(AttemptState.Succeeded, Assert.Single(study.Attempts).State);
        Assert.Equal([new StoredCheckpoint("train-a-0-1", 1, "checkpoints/a")], study.Checkpoints);
        Assert.Equal((StudyState.Running, 7ul), (study.State, study.Definition.Seed));
        Assert.Equal(0, study.SharedSteps);
    }

    private static string Text(ParameterValue value) => value.Encode();
}
