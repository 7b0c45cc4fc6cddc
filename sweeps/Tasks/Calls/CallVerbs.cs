using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Linq.Expressions;
using TuneGraph.Graph;

namespace TuneGraph;

/// <summary>The ways to add tasks that call methods by name.</summary>
public static class CallVerbs
{
    extension(TaskRunner runner)
    {
        /// <summary>Adds a task that calls a method, as it would be called in another process.</summary>
        /// <typeparam name="T">What the method returns.</typeparam>
        /// <param name="key">The task's name, unlike any other's.</param>
        /// <param name="call">A call of a public static method; see <see cref="MethodCall.Of{T}"/>.</param>
        /// <param name="settings">How it is treated; the defaults if null.</param>
        /// <exception cref="ArgumentException">The expression is no such call.</exception>
        /// <exception cref="TuneGraphException">The key is taken, or the runner was stopped.</exception>
        [RequiresUnreferencedCode(NamedMethods.NeedsReflection), RequiresDynamicCode(NamedMethods.NeedsReflection)]
        public TaskFuture<T> Call<T>(string key, Expression<Func<T>> call, TaskSettings? settings = null) =>
            runner.AddCall<T>(key, NamedExpression.Read(call), settings);

        /// <summary>The same for a method that may wait.</summary>
        /// <typeparam name="T">What the method returns in the end.</typeparam>
        /// <param name="key">The task's name, unlike any other's.</param>
        /// <param name="call">A call of a public static method; see <see cref="MethodCall.Of{T}"/>.</param>
        /// <param name="settings">How it is treated; the defaults if null.</param>
        /// <exception cref="ArgumentException">The expression is no such call.</exception>
        /// <exception cref="TuneGraphException">The key is taken, or the runner was stopped.</exception>
        [RequiresUnreferencedCode(NamedMethods.NeedsReflection), RequiresDynamicCode(NamedMethods.NeedsReflection)]
        public TaskFuture<T> Call<T>(string key, Expression<Func<Task<T>>> call, TaskSettings? settings = null) =>
            runner.AddCall<T>(key, NamedExpression.Read(call), settings);

        /// <summary>Adds the tasks of a file, together.</summary>
        /// <param name="tasks">In any order.</param>
        /// <param name="catalog">The methods that they may call.</param>
        /// <returns>Their futures by key.</returns>
        /// <exception cref="TuneGraphException">A call does not fit its method, a key is taken, or the runner was
        /// stopped.</exception>
        /// <exception cref="GraphException">There is a cycle, or a dependency that is not there.</exception>
        [RequiresUnreferencedCode(NamedMethods.NeedsReflection), RequiresDynamicCode(NamedMethods.NeedsReflection)]
        public ImmutableDictionary<TaskKey, TaskFuture<object?>> Submit(
            IReadOnlyList<NamedTask> tasks, MethodCatalog catalog)
        {
            ArgumentNullException.ThrowIfNull(catalog);
            var byKey = tasks.ToDictionary(task => task.Key);
            var cells = new Dictionary<TaskKey, ResultCell<object?>>();
            foreach (var key in tasks.ToGraph().KeysInOrder())
            {
                var call = catalog.Bind(byKey[key].Call);
                TaskCell[] reads = [.. byKey[key].Dependencies.Select(dependency => cells[dependency])];
                cells[key] = runner.CellOf(new NewTask<object?>(
                    key.Value, reads, token => call.InvokeAsync(read => ResultOf(reads, read), token)));
            }
            return runner.Submit([.. cells.Values], cell => byKey[cell.Key].Settings)
                .ToImmutableDictionary(future => future.Key);
        }

        [RequiresUnreferencedCode(NamedMethods.NeedsReflection), RequiresDynamicCode(NamedMethods.NeedsReflection)]
        private TaskFuture<T> AddCall<T>(string key, NamedExpression expression, TaskSettings? settings)
        {
            var bound = BoundCall.Of(expression.Target, expression.Call);
            var cells = expression.Reads.Select(read => read.AnyCell).ToArray();
            var future = runner.Submit(
                new NewTask<T>(key, cells, token => ResultAsync<T>(bound, cells, token)), settings);
            GC.KeepAlive(expression);
            return future;
        }
    }

    [RequiresUnreferencedCode(NamedMethods.NeedsReflection), RequiresDynamicCode(NamedMethods.NeedsReflection)]
    private static async ValueTask<T> ResultAsync<T>(BoundCall call, TaskCell[] cells, CancellationToken token) =>
        (T)(await call.InvokeAsync(
            key => ResultOf(cells, key), token).ConfigureAwait(false))!;

    private static object? ResultOf(TaskCell[] cells, TaskKey key) =>
        Array.Find(cells, cell => cell.Key == key)!.AnyValue;
}
