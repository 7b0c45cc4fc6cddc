using System.Runtime.CompilerServices;
using TuneGraph.Graph;

namespace TuneGraph;

/// <summary>A <see cref="TaskCell"/> with its body and its result.</summary>
/// <remarks>It locks on itself: no one outside sees it, and there is one for each task.</remarks>
internal sealed class ResultCell<T>(
    TaskKey key, TaskCell[] dependencies, Func<CancellationToken, ValueTask<T>> body, ResultStore store)
    : TaskCell(key, dependencies)
{
    private Func<CancellationToken, ValueTask<T>>? _body = body;
    private T? _value;
    private long _bytes;
    private string? _path;
    private bool _isReleased;

    /// <summary>The result, read from disk if it lies there.</summary>
    public T Value
    {
        get
        {
            lock (this)
            {
                if (_isReleased)
                    throw new TuneGraphException($"The result of task '{Key}' was released. Keep its future.");
                return _path is null ? _value! : store.FormatOf<T>()!.Read(File.ReadAllBytes(_path));
            }
        }
    }

    public override object? AnyValue => Value;

    public override ValueTask<long> ExecuteAsync(CancellationToken cancellationToken)
    {
        try
        {
            var work = _body!(cancellationToken);
            return work.IsCompletedSuccessfully ? new(Hold(work.GetAwaiter().GetResult())) : WaitAsync(work);
        }
        catch (Exception e)
        {
            Thrown = e;
            throw;
        }
    }

    /// <summary>Writes without a lock, so that no reader waits for the disk. One call at a time.</summary>
    public override bool Spill(string path)
    {
        T? value;
        lock (this)
        {
            if (_bytes == 0 || _isReleased || _path is not null)
                return false;
            value = _value;
        }
        File.WriteAllBytes(path, store.FormatOf<T>()!.Write(value!));
        lock (this)
        {
            if (!_isReleased)
            {
                (_path, _value) = (path, default);
                store.Count(-_bytes);
                return true;
            }
        }
        File.Delete(path);
        return false;
    }

    public override void Release()
    {
        string? path;
        lock (this)
        {
            if (_isReleased)
                return;
            _isReleased = true;
            _value = default;
            path = _path;
        }
        if (path is not null)
            File.Delete(path);
        else
            store.Count(-_bytes);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<long> WaitAsync(ValueTask<T> work)
    {
        try
        {
            return Hold(await work.ConfigureAwait(false));
        }
        catch (Exception e)
        {
            Thrown = e;
            throw;
        }
    }

    private long Hold(T value)
    {
        lock (this)
        {
            _value = value;
            _bytes = value is null ? 0 : store.FormatOf<T>()?.Size(value) ?? 0;
            _body = null; // and with it what the body has captured
            store.Count(_bytes);
            return _bytes;
        }
    }
}
