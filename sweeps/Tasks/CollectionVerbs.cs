using System.Collections.Immutable;

namespace TuneGraph;

/// <summary>The ways to add many tasks to a <see cref="TaskRunner"/> at once, and to collect their results.</summary>
public static class CollectionVerbs
{
    extension(TaskRunner runner)
    {
        /// <summary>Adds a task for each item: <c>key-0</c>, <c>key-1</c> and so on, in one submission.</summary>
        /// <typeparam name="TIn">Type of the items.</typeparam>
        /// <typeparam name="T">Type of the results.</typeparam>
        /// <param name="key">First part of the tasks' names.</param>
        /// <param name="items">What the tasks are given.</param>
        /// <param name="body">What each does.</param>
        /// <param name="settings">How they are treated; the defaults if null.</param>
        /// <exception cref="TuneGraphException">A key is taken, or the runner was stopped.</exception>
        public ImmutableArray<TaskFuture<T>> Map<TIn, T>(
            string key, IEnumerable<TIn> items, Func<TIn, T> body, TaskSettings? settings = null) =>
            runner.Submit(
                [.. items.Select((item, index) => NewTask<T>.Of($"{key}-{index}", [], () => body(item)))], settings);

        /// <summary>Adds a task for each future, that reads its result.</summary>
        /// <typeparam name="TIn">Type of what they read.</typeparam>
        /// <typeparam name="T">Type of the results.</typeparam>
        /// <param name="key">First part of the tasks' names.</param>
        /// <param name="inputs">What the tasks read.</param>
        /// <param name="body">What each does.</param>
        /// <param name="settings">How they are treated; the defaults if null.</param>
        /// <exception cref="TuneGraphException">A key is taken, or the runner was stopped.</exception>
        public ImmutableArray<TaskFuture<T>> Map<TIn, T>(
            string key, IReadOnlyList<TaskFuture<TIn>> inputs, Func<TIn, T> body, TaskSettings? settings = null)
        {
            var futures = runner.Submit(
                [.. inputs.Select(input => input.Cell).Select((cell, index) =>
                    NewTask<T>.Of($"{key}-{index}", [cell], () => body(cell.Value)))],
                settings);
            GC.KeepAlive(inputs);
            return futures;
        }

        /// <summary>
        /// Combines results in pairs, and these in pairs, until one is left. Results between are let go of at once.
        /// </summary>
        /// <typeparam name="T">Type of the results.</typeparam>
        /// <param name="key">First part of the tasks' names; of the last task, the whole name.</param>
        /// <param name="inputs">At least one, in the order in which they are combined.</param>
        /// <param name="combine">Associative: the grouping is the tree's.</param>
        /// <param name="settings">How the tasks are treated; the defaults if null.</param>
        /// <exception cref="ArgumentException">There is nothing to combine.</exception>
        /// <exception cref="TuneGraphException">A key is taken, or the runner was stopped.</exception>
        public TaskFuture<T> Reduce<T>(
            string key, IReadOnlyList<TaskFuture<T>> inputs, Func<T, T, T> combine, TaskSettings? settings = null)
        {
            if (inputs.Count == 0)
                throw new ArgumentException("Nothing to reduce: give at least one future.", nameof(inputs));
            List<ResultCell<T>> cells = [.. inputs.Select(input => input.Cell)];
            var passing = new List<TaskFuture<T>>();
            for (var level = 0; cells.Count > 2; level++)
            {
                var below = cells;
                var next = runner.Submit(
                    [.. Enumerable.Range(0, below.Count / 2).Select(index => Pair(
                        $"{key}-{level}-{index}", below[2 * index], below[(2 * index) + 1], combine))],
                    settings);
                passing.AddRange(next);
                cells = [.. next.Select(future => future.Cell), .. below.Skip(below.Count / 2 * 2)];
            }
            var result = runner.Submit(
                cells is [var first, var second]
                    ? Pair(key, first, second, combine)
                    : NewTask<T>.Of(key, [cells[0]], () => cells[0].Value),
                settings);
            GC.KeepAlive(inputs);
            foreach (var future in passing)
                future.Dispose();
            return result;
        }

        /// <summary>Makes one future of many: its result is the list of theirs.</summary>
        /// <typeparam name="T">Type of the results.</typeparam>
        /// <param name="key">The new task's name, unlike any other's.</param>
        /// <param name="inputs">The futures.</param>
        /// <param name="settings">How the task is treated; the defaults if null.</param>
        /// <exception cref="TuneGraphException">The key is taken, or the runner was stopped.</exception>
        public TaskFuture<IReadOnlyList<T>> Gather<T>(
            string key, IReadOnlyList<TaskFuture<T>> inputs, TaskSettings? settings = null) =>
            runner.Task(key, inputs, values => values, settings);

        /// <summary>Makes a future of a value that is there already.</summary>
        /// <typeparam name="T">Type of the value.</typeparam>
        /// <param name="key">Its name, unlike any other's.</param>
        /// <param name="value">The value.</param>
        /// <exception cref="TuneGraphException">The key is taken, or the runner was stopped.</exception>
        public TaskFuture<T> Scatter<T>(string key, T value) => runner.Task(key, () => value);

        /// <summary>Makes a future of each of some values: <c>key-0</c>, <c>key-1</c> and so on.</summary>
        /// <typeparam name="T">Type of the values.</typeparam>
        /// <param name="key">First part of their names.</param>
        /// <param name="values">The values.</param>
        /// <exception cref="TuneGraphException">A key is taken, or the runner was stopped.</exception>
        public ImmutableArray<TaskFuture<T>> ScatterEach<T>(string key, IEnumerable<T> values) =>
            runner.Map(key, values, value => value);
    }

    extension<T>(IEnumerable<TaskFuture<T>> futures)
    {
        /// <summary>Waits for all results.</summary>
        /// <param name="cancellationToken">Ends the wait, not the tasks.</param>
        /// <returns>The results, in the order of the futures.</returns>
        /// <exception cref="TaskFailedException">A task failed.</exception>
        /// <exception cref="TaskCancelledException">A task was cancelled.</exception>
        public async Task<ImmutableArray<T>> GatherAsync(CancellationToken cancellationToken = default)
        {
            var results = ImmutableArray.CreateBuilder<T>();
            foreach (var future in futures)
                results.Add(await future.GetAsync(cancellationToken).ConfigureAwait(false));
            return results.ToImmutable();
        }
    }

    private static NewTask<T> Pair<T>(string key, ResultCell<T> first, ResultCell<T> second, Func<T, T, T> combine) =>
        NewTask<T>.Of(key, [first, second], () => combine(first.Value, second.Value));
}
