namespace TuneGraph;

/// <summary>A task on its way into a <see cref="TaskRunner"/>.</summary>
internal readonly record struct NewTask<T>(
    string Key, TaskCell[] Dependencies, Func<CancellationToken, ValueTask<T>> Body)
{
    /// <summary>A task whose body neither waits nor hears of its cancellation.</summary>
    public static NewTask<T> Of(string key, TaskCell[] dependencies, Func<T> body) =>
        new(key, dependencies, _ => new ValueTask<T>(body()));

    /// <summary>A task whose body may wait.</summary>
    public static NewTask<T> Of(string key, TaskCell[] dependencies, Func<CancellationToken, Task<T>> body) =>
        new(key, dependencies, token => new ValueTask<T>(body(token)));
}
