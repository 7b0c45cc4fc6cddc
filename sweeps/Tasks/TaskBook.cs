using System.Collections.Concurrent;
using TuneGraph.Graph;

namespace TuneGraph;

/// <summary>The tasks that a <see cref="TaskRunner"/> knows, and when it may forget them.</summary>
internal sealed class TaskBook
{
    private readonly ConcurrentDictionary<TaskKey, TaskCell> _cells = new();
    private readonly Lock _lock = new();

    public TaskCell this[TaskKey key] => _cells[key];

    public TaskCell? Find(TaskKey key) => _cells.GetValueOrDefault(key);

    /// <summary>Takes tasks in together with <paramref name="submit"/>, all or none.</summary>
    public void Add(IReadOnlyList<TaskCell> cells, Action submit)
    {
        lock (_lock)
        {
            var added = 0;
            try
            {
                for (; added < cells.Count; added++)
                    AddNeedsLock(cells[added]);
                submit();
            }
            catch
            {
                for (var index = 0; index < added; index++)
                    _cells.TryRemove(cells[index].Key, out _);
                throw;
            }
            foreach (var cell in cells)
            {
                foreach (var dependency in cell.Dependencies)
                    dependency.Dependents++;
            }
        }
    }

    /// <summary>
    /// Notes that no future of some tasks is left, and forgets what can be forgotten: closed tasks that no one can ask
    /// for any more, and those that were kept only for them.
    /// </summary>
    /// <returns>Those whose bodies have yet to stop: to be tried again.</returns>
    public List<TaskCell> Drop(IReadOnlyList<TaskCell> cells, GraphRunner runner)
    {
        var left = new List<TaskCell>();
        lock (_lock)
        {
            foreach (var cell in cells)
                cell.IsDropped = true;
            runner.Apply(new ResultsDropped([.. cells.Select(cell => cell.Key)]));
            var stack = new Stack<TaskCell>(cells);
            while (stack.TryPop(out var cell))
            {
                if (!cell.IsDropped || cell.Dependents > 0 || !cell.IsClosed)
                    continue;
                if (ForgetNeedsLock(cell, runner, stack))
                    continue;
                left.Add(cell);
            }
        }
        return left;
    }

    private void AddNeedsLock(TaskCell cell)
    {
        if (Array.Find(cell.Dependencies, dependency => dependency.IsDropped) is { } gone)
        {
            throw new TuneGraphException(
                $"Task '{cell.Key}' reads '{gone.Key}', whose future was disposed of. Dispose of it afterwards.");
        }
        if (!_cells.TryAdd(cell.Key, cell))
        {
            throw new TuneGraphException(
                $"There is a task '{cell.Key}' already. "
                + "Give each task a key of its own, or dispose of the old future.");
        }
    }

    private bool ForgetNeedsLock(TaskCell cell, GraphRunner runner, Stack<TaskCell> next)
    {
        if (Find(cell.Key) != cell)
            return true; // forgotten before
        runner.Apply(new TasksForgotten([cell.Key]));
        if (runner.Ask(graph => graph.StateOf(cell.Key)) is not null)
            return false;
        _cells.TryRemove(cell.Key, out _);
        cell.Release();
        foreach (var dependency in cell.Dependencies)
        {
            dependency.Dependents--;
            next.Push(dependency);
        }
        return true;
    }
}
