using TuneGraph.Dashboard;
using TuneGraph.Search;

namespace TuneGraph.Tests.Dashboard;

public sealed class TaskGraphTests
{
    private static readonly DateTimeOffset _start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Tasks_of_a_kind_are_one_box_behind_what_they_wait_for()
    {
        var graph = TaskGraph.Of(Study(
            new("data-1", "data", null, "Succeeded"), new("a", "train", 0, "Running"), new("b", "train", 1, "Waiting"),
            new("final", "final", null, "Waiting"), new("export", "export", null, "Waiting")));

        Assert.Equal(["data", "train", "final", "export"], graph.Groups.Select(group => group.Kind));
        Assert.Equal("RW", graph.Groups[1].Cells);
        Assert.Equal(["train"], graph.Groups[2].After);
        Assert.Equal(
            ["1 of train wait: no slot is free.", "1 of final wait: train must end first.",
                "1 of export wait: final must end first."],
            graph.Pending);
    }

    // The data takes 1, trial 0 takes 2 + 3, trial 1 takes 4, the export 1: 1 + 5 + 1.
    [Fact]
    public void The_critical_path_goes_through_the_trial_that_took_longest()
    {
        var study = Study(
            new("data-1", "data", null, "Succeeded"), new("a1", "train", 0, "Succeeded"),
            new("a2", "train", 0, "Succeeded"), new("b", "train", 1, "Succeeded"),
            new("export", "export", null, "Succeeded")) with
        {
            Attempts =
            [
                Attempt("data-1", null, 1), Attempt("a1", 0, 2), Attempt("a2", 0, 3), Attempt("b", 1, 4),
                Attempt("export", null, 1),
            ],
        };

        var path = TaskGraph.Of(study).CriticalPath;

        Assert.Equal(["data-1", "a1", "a2", "export"], path.Select(step => step.Task.Key));
        Assert.Equal(7, path.Sum(step => step.Time.TotalMinutes));
    }

    private static StoredAttempt Attempt(string key, int? trial, int minutes) =>
        new(key, 1, trial, "w", 1, AttemptState.Succeeded, null, _start, _start.AddMinutes(minutes));

    private static StoredStudy Study(params StoredTask[] tasks) => new()
    {
        Definition = new StudyDefinition("s", "m", Direction.Minimize, "tpe", "none", 0, 1, "", false, ""),
        State = StudyState.Running,
        CreatedAt = _start,
        ChangedAt = _start,
        Log = [],
        Tasks = [.. tasks],
        Attempts = [],
        Checkpoints = [],
    };
}
