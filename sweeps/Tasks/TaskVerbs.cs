namespace TuneGraph;

/// <summary>
/// The ways to add one task to a <see cref="TaskRunner"/>: by what it reads, and whether it may wait.
/// </summary>
/// <remarks>More than three inputs of different types: name them as those that the task comes after, and read their
/// <see cref="TaskFuture{T}.Value"/> in the body.</remarks>
public static class TaskVerbs
{
    extension(TaskRunner runner)
    {
        /// <summary>Adds a task that reads no other.</summary>
        /// <typeparam name="T">Type of the result.</typeparam>
        /// <param name="key">The task's name, unlike any other's.</param>
        /// <param name="body">What it does.</param>
        /// <param name="settings">How it is treated; the defaults if null.</param>
        /// <exception cref="TuneGraphException">The key is taken, or the runner was stopped.</exception>
        public TaskFuture<T> Task<T>(string key, Func<T> body, TaskSettings? settings = null) =>
            runner.Submit(NewTask<T>.Of(key, [], body), settings);

        /// <summary>Adds a task that reads no other, may wait without a thread and hears of its cancellation.</summary>
        /// <typeparam name="T">Type of the result.</typeparam>
        /// <param name="key">The task's name, unlike any other's.</param>
        /// <param name="body">What it does.</param>
        /// <param name="settings">How it is treated; the defaults if null.</param>
        /// <exception cref="TuneGraphException">The key is taken, or the runner was stopped.</exception>
        public TaskFuture<T> Task<T>(
            string key, Func<CancellationToken, Task<T>> body, TaskSettings? settings = null) =>
            runner.Submit(NewTask<T>.Of(key, [], body), settings);

        /// <summary>Adds a task that reads the result of another.</summary>
        /// <typeparam name="TIn">Type of what it reads.</typeparam>
        /// <typeparam name="T">Type of the result.</typeparam>
        /// <param name="key">The task's name, unlike any other's.</param>
        /// <param name="input">What it reads.</param>
        /// <param name="body">What it does.</param>
        /// <param name="settings">How it is treated; the defaults if null.</param>
        /// <exception cref="TuneGraphException">The key is taken, or the runner was stopped.</exception>
        public TaskFuture<T> Task<TIn, T>(
            string key, TaskFuture<TIn> input, Func<TIn, T> body,
            TaskSettings? settings = null)
        {
            var cell = input.Cell;
            var future = runner.Submit(NewTask<T>.Of(key, [cell], () => body(cell.Value)), settings);
            GC.KeepAlive(input);
            return future;
        }

        /// <summary>
        /// Adds a task that reads the result of another, may wait without a thread and hears of its cancellation.
        /// </summary>
        /// <typeparam name="TIn">Type of what it reads.</typeparam>
        /// <typeparam name="T">Type of the result.</typeparam>
        /// <param name="key">The task's name, unlike any other's.</param>
        /// <param name="input">What it reads.</param>
        /// <param name="body">What it does.</param>
        /// <param name="settings">How it is treated; the defaults if null.</param>
        /// <exception cref="TuneGraphException">The key is taken, or the runner was stopped.</exception>
        public TaskFuture<T> Task<TIn, T>(
            string key, TaskFuture<TIn> input, Func<TIn, CancellationToken, Task<T>> body,
            TaskSettings? settings = null)
        {
            var cell = input.Cell;
            var future = runner.Submit(NewTask<T>.Of(key, [cell], token => body(cell.Value, token)), settings);
            GC.KeepAlive(input);
            return future;
        }

        /// <summary>Adds a task that reads the results of two others.</summary>
        /// <typeparam name="TFirst">Type of what it reads first.</typeparam>
        /// <typeparam name="TSecond">Type of what it reads second.</typeparam>
        /// <typeparam name="T">Type of the result.</typeparam>
        /// <param name="key">The task's name, unlike any other's.</param>
        /// <param name="first">What it reads first.</param>
        /// <param name="second">What it reads second.</param>
        /// <param name="body">What it does.</param>
        /// <param name="settings">How it is treated; the defaults if null.</param>
        /// <exception cref="TuneGraphException">The key is taken, or the runner was stopped.</exception>
        public TaskFuture<T> Task<TFirst, TSecond, T>(
            string key, TaskFuture<TFirst> first, TaskFuture<TSecond> second, Func<TFirst, TSecond, T> body,
            TaskSettings? settings = null)
        {
            var (a, b) = (first.Cell, second.Cell);
            var future = runner.Submit(NewTask<T>.Of(key, [a, b], () => body(a.Value, b.Value)), settings);
            GC.KeepAlive(first);
            GC.KeepAlive(second);
            return future;
        }

        /// <summary>
        /// Adds a task that reads the results of two others, may wait without a thread and hears of its cancellation.
        /// </summary>
        /// <typeparam name="TFirst">Type of what it reads first.</typeparam>
        /// <typeparam name="TSecond">Type of what it reads second.</typeparam>
        /// <typeparam name="T">Type of the result.</typeparam>
        /// <param name="key">The task's name, unlike any other's.</param>
        /// <param name="first">What it reads first.</param>
        /// <param name="second">What it reads second.</param>
        /// <param name="body">What it does.</param>
        /// <param name="settings">How it is treated; the defaults if null.</param>
        /// <exception cref="TuneGraphException">The key is taken, or the runner was stopped.</exception>
        public TaskFuture<T> Task<TFirst, TSecond, T>(
            string key, TaskFuture<TFirst> first, TaskFuture<TSecond> second,
            Func<TFirst, TSecond, CancellationToken, Task<T>> body,
            TaskSettings? settings = null)
        {
            var (a, b) = (first.Cell, second.Cell);
            var future = runner.Submit(NewTask<T>.Of(key, [a, b], token => body(a.Value, b.Value, token)), settings);
            GC.KeepAlive(first);
            GC.KeepAlive(second);
            return future;
        }

        /// <summary>Adds a task that reads the results of three others.</summary>
        /// <typeparam name="TFirst">Type of what it reads first.</typeparam>
        /// <typeparam name="TSecond">Type of what it reads second.</typeparam>
        /// <typeparam name="TThird">Type of what it reads third.</typeparam>
        /// <typeparam name="T">Type of the result.</typeparam>
        /// <param name="key">The task's name, unlike any other's.</param>
        /// <param name="first">What it reads first.</param>
        /// <param name="second">What it reads second.</param>
        /// <param name="third">What it reads third.</param>
        /// <param name="body">What it does.</param>
        /// <param name="settings">How it is treated; the defaults if null.</param>
        /// <exception cref="TuneGraphException">The key is taken, or the runner was stopped.</exception>
        public TaskFuture<T> Task<TFirst, TSecond, TThird, T>(
            string key, TaskFuture<TFirst> first, TaskFuture<TSecond> second, TaskFuture<TThird> third,
            Func<TFirst, TSecond, TThird, T> body,
            TaskSettings? settings = null)
        {
            var (a, b, c) = (first.Cell, second.Cell, third.Cell);
            var future = runner.Submit(NewTask<T>.Of(key, [a, b, c], () => body(a.Value, b.Value, c.Value)), settings);
            GC.KeepAlive(first);
            GC.KeepAlive(second);
            GC.KeepAlive(third);
            return future;
        }

        /// <summary>
        /// Adds a task that reads the results of three others, may wait without a thread and hears of its cancellation.
        /// </summary>
        /// <typeparam name="TFirst">Type of what it reads first.</typeparam>
        /// <typeparam name="TSecond">Type of what it reads second.</typeparam>
        /// <typeparam name="TThird">Type of what it reads third.</typeparam>
        /// <typeparam name="T">Type of the result.</typeparam>
        /// <param name="key">The task's name, unlike any other's.</param>
        /// <param name="first">What it reads first.</param>
        /// <param name="second">What it reads second.</param>
        /// <param name="third">What it reads third.</param>
        /// <param name="body">What it does.</param>
        /// <param name="settings">How it is treated; the defaults if null.</param>
        /// <exception cref="TuneGraphException">The key is taken, or the runner was stopped.</exception>
        public TaskFuture<T> Task<TFirst, TSecond, TThird, T>(
            string key, TaskFuture<TFirst> first, TaskFuture<TSecond> second, TaskFuture<TThird> third,
            Func<TFirst, TSecond, TThird, CancellationToken, Task<T>> body,
            TaskSettings? settings = null)
        {
            var (a, b, c) = (first.Cell, second.Cell, third.Cell);
            var future = runner.Submit(
                NewTask<T>.Of(key, [a, b, c], token => body(a.Value, b.Value, c.Value, token)), settings);
            GC.KeepAlive(first);
            GC.KeepAlive(second);
            GC.KeepAlive(third);
            return future;
        }

        /// <summary>Adds a task that reads the results of any number of others.</summary>
        /// <typeparam name="TIn">Type of what it reads.</typeparam>
        /// <typeparam name="T">Type of the result.</typeparam>
        /// <param name="key">The task's name, unlike any other's.</param>
        /// <param name="inputs">What it reads.</param>
        /// <param name="body">What it does with the results, in the order of the inputs.</param>
        /// <param name="settings">How it is treated; the defaults if null.</param>
        /// <exception cref="TuneGraphException">The key is taken, or the runner was stopped.</exception>
        public TaskFuture<T> Task<TIn, T>(
            string key, IReadOnlyList<TaskFuture<TIn>> inputs, Func<IReadOnlyList<TIn>, T> body,
            TaskSettings? settings = null)
        {
            var cells = Array.ConvertAll([.. inputs], input => input.Cell);
            var future = runner.Submit(NewTask<T>.Of(key, cells, () => body(Values(cells))), settings);
            GC.KeepAlive(inputs);
            return future;
        }

        /// <summary>Adds a task that reads the results of any number of others, and may wait.</summary>
        /// <typeparam name="TIn">Type of what it reads.</typeparam>
        /// <typeparam name="T">Type of the result.</typeparam>
        /// <param name="key">The task's name, unlike any other's.</param>
        /// <param name="inputs">What it reads.</param>
        /// <param name="body">What it does with the results, in the order of the inputs.</param>
        /// <param name="settings">How it is treated; the defaults if null.</param>
        /// <exception cref="TuneGraphException">The key is taken, or the runner was stopped.</exception>
        public TaskFuture<T> Task<TIn, T>(
            string key, IReadOnlyList<TaskFuture<TIn>> inputs,
            Func<IReadOnlyList<TIn>, CancellationToken, Task<T>> body,
            TaskSettings? settings = null)
        {
            var cells = Array.ConvertAll([.. inputs], input => input.Cell);
            var future = runner.Submit(NewTask<T>.Of(key, cells, token => body(Values(cells), token)), settings);
            GC.KeepAlive(inputs);
            return future;
        }

        /// <summary>
        /// Adds a task that comes after others, whose results its body may read from their futures.
        /// </summary>
        /// <typeparam name="T">Type of the result.</typeparam>
        /// <param name="key">The task's name, unlike any other's.</param>
        /// <param name="after">The tasks that have to succeed first.</param>
        /// <param name="body">What it does.</param>
        /// <param name="settings">How it is treated; the defaults if null.</param>
        /// <exception cref="TuneGraphException">The key is taken, or the runner was stopped.</exception>
        public TaskFuture<T> Task<T>(
            string key, IReadOnlyList<TaskHandle> after, Func<T> body,
            TaskSettings? settings = null)
        {
            var cells = Array.ConvertAll([.. after], task => task.AnyCell);
            var future = runner.Submit(NewTask<T>.Of(key, cells, body), settings);
            GC.KeepAlive(after);
            return future;
        }

        /// <summary>
        /// Adds a task that comes after others, whose results its body may read from their futures, and which may wait.
        /// </summary>
        /// <typeparam name="T">Type of the result.</typeparam>
        /// <param name="key">The task's name, unlike any other's.</param>
        /// <param name="after">The tasks that have to succeed first.</param>
        /// <param name="body">What it does.</param>
        /// <param name="settings">How it is treated; the defaults if null.</param>
        /// <exception cref="TuneGraphException">The key is taken, or the runner was stopped.</exception>
        public TaskFuture<T> Task<T>(
            string key, IReadOnlyList<TaskHandle> after, Func<CancellationToken, Task<T>> body,
            TaskSettings? settings = null)
        {
            var cells = Array.ConvertAll([.. after], task => task.AnyCell);
            var future = runner.Submit(NewTask<T>.Of(key, cells, body), settings);
            GC.KeepAlive(after);
            return future;
        }
    }

    private static T[] Values<T>(ResultCell<T>[] cells) => Array.ConvertAll(cells, cell => cell.Value);
}
