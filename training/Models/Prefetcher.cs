using System.Numerics;

namespace TuneGraph.Training;

/// <summary>
/// Gathers batches on a thread of its own, a bounded number of them ahead of the one in use. A batch costs no
/// allocation.
/// </summary>
internal sealed class Prefetcher<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Dataset _data;
    private readonly Batch<T>[] _batches;
    private readonly int[] _order;
    private readonly Func<int, (int From, int End)> _rangeOf;
    private readonly SemaphoreSlim _begin = new(0), _free, _full = new(0);
    private readonly Thread _thread;
    private int _passes;
    private int _next;                          // pass to be taken
    private volatile bool _isOver;
    private Exception? _failure;

    /// <param name="data">The train rows.</param>
    /// <param name="batches">Batches to fill in turn; owned from now on.</param>
    /// <param name="order">The order of the rows, which is written between epochs.</param>
    /// <param name="rangeOf">Where the rows of a pass stand in the order.</param>
    public Prefetcher(Dataset data, Batch<T>[] batches, int[] order, Func<int, (int From, int End)> rangeOf)
    {
        (_data, _batches, _order, _rangeOf) = (data, batches, order, rangeOf);
        _free = new SemaphoreSlim(0);
        _thread = new Thread(Loop) { IsBackground = true, Name = "batches" };
        _thread.Start();
    }

    /// <summary>Begins an epoch of so many passes; all of the last one's were taken.</summary>
    public void Begin(int passes)
    {
        (_passes, _next) = (passes, 0);
        _free.Release(_batches.Length);
        _begin.Release();
    }

    /// <summary>The next pass's batch; it stays as it is until the one after it is taken.</summary>
    public Batch<T> Take()
    {
        if (_next > 0)
            _free.Release();
        _full.Wait();
        if (_failure is { } failure)
            throw new InvalidOperationException($"The rows of a batch cannot be gathered: {failure.Message}", failure);
        var batch = _batches[_next++ % _batches.Length];
        batch.Upload(_data);
        return batch;
    }

    /// <summary>Ends an epoch whose passes were all taken.</summary>
    public void End()
    {
        _free.Release();
        for (var i = 0; i < _batches.Length; i++)
            _free.Wait();
    }

    public void Dispose()
    {
        _isOver = true;
        _begin.Release();
        _free.Release(_batches.Length);
        _thread.Join();
        foreach (var batch in _batches)
            batch.Dispose();
        _begin.Dispose();
        _free.Dispose();
        _full.Dispose();
    }

    private void Loop()
    {
        while (true)
        {
            _begin.Wait();
            for (var pass = 0; pass < _passes && !_isOver; pass++)
            {
                _free.Wait();
                if (_isOver)
                    return;
                Fill(pass);
                _full.Release();
            }
            if (_isOver)
                return;
        }
    }

    private void Fill(int pass)
    {
        try
        {
            var (from, end) = _rangeOf(pass);
            _batches[pass % _batches.Length].Fill(_data, _order.AsSpan(from, end - from));
        }
        catch (Exception e)
        {
            _failure = e;                       // thrown by whoever takes the batch
        }
    }
}
