using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace TuneGraph.Training;

/// <summary>Work that a <see cref="ThreadTeam"/> can divide.</summary>
internal interface ITeamWork
{
    /// <summary>Does one of the parts; parts share nothing that any of them writes.</summary>
    /// <param name="part">Which part.</param>
    /// <param name="parts">How many there are.</param>
    /// <param name="thread">Which of the team's threads does it, for memory that is a thread's own.</param>
    void Run(int part, int parts, int thread);
}

/// <summary>
/// A few threads that compute one thing together: the caller and helpers. Whoever is free takes the next part, so that
/// a helper that the system has set aside delays nobody: the caller does its parts too. A helper waits a short while
/// for the next work, since the kernels of a step follow each other within microseconds, and then parks. Running work
/// allocates nothing. One caller at a time.
/// </summary>
internal sealed unsafe class ThreadTeam : IDisposable
{
    /// <summary>Rounds of waiting on the processor: less than a microsecond.</summary>
    private const int Spins = 30;

    /// <summary>Rounds of waiting that leave the processor to others, before a helper parks: some 100 µs.</summary>
    private const int Yields = 200;

    private readonly Member[] _helpers;
    private delegate*<void*, int, int, int, void> _run;
    private void* _work;
    private int _parts;
    private long _ticket;               // the round, and in the low half the next part; claimed by compare-exchange
    private int _unfinished;            // parts
    private bool _isOver;
    private Exception? _failure;

    /// <param name="size">Threads, the caller included; at least 1.</param>
    public ThreadTeam(int size)
    {
        Size = SettingRange.Whole(nameof(size), size, 1, 1024);
        _helpers = new Member[size - 1];
        _ticket = Idle;
        for (var i = 0; i < _helpers.Length; i++)
            _helpers[i] = new Member(this, i + 1);
    }

    /// <summary>The caller alone: runs everything at once.</summary>
    public static ThreadTeam Alone { get; } = new(1);

    /// <summary>Threads, the caller included.</summary>
    public int Size { get; }

    /// <summary>The low half of a ticket when no part is left.</summary>
    private static long Idle => int.MaxValue;

    /// <summary>Divides the work among all threads and returns when every part is done.</summary>
    /// <param name="work">The work.</param>
    /// <param name="parts">Parts; fewer than two leave all to the caller.</param>
    public void Run<TWork>(ref TWork work, int parts)
        where TWork : struct, ITeamWork
    {
        if (_helpers.Length == 0 || parts < 2)
        {
            work.Run(0, 1, 0);
            return;
        }
        _run = &RunPart<TWork>;
        _work = Unsafe.AsPointer(ref work);          // it lives on the caller's stack, which waits below
        _parts = parts;
        Volatile.Write(ref _unfinished, parts);
        Start();
        while (TryClaim(out var part))
            Do(part, 0);
        AwaitAll();
        // Between rounds there is nothing to claim, not even for a helper that read the last ticket and the next parts.
        Interlocked.Exchange(ref _ticket, _ticket | Idle);
        if (_failure is { } failure)
        {
            _failure = null;
            ExceptionDispatchInfo.Throw(failure);
        }
    }

    public void Dispose()
    {
        if (_isOver)
            return;
        _isOver = true;
        Start();
        foreach (var helper in _helpers)
            helper.Dispose();
    }

    private static void RunPart<TWork>(void* work, int part, int parts, int thread)
        where TWork : struct, ITeamWork => Unsafe.AsRef<TWork>(work).Run(part, parts, thread);

    private void Start()
    {
        var round = (_ticket >> 32) + 1;
        Interlocked.Exchange(ref _ticket, round << 32);
        foreach (var helper in _helpers)
            helper.Wake();
    }

    /// <summary>
    /// Takes the next part. What it reads before it succeeds may belong to another round; what it reads after cannot,
    /// because the caller waits for every part that was taken.
    /// </summary>
    private bool TryClaim(out int part)
    {
        while (true)
        {
            var ticket = Volatile.Read(ref _ticket);
            part = (int)ticket;
            if (part >= Volatile.Read(ref _parts) || _isOver)
                return false;
            if (Interlocked.CompareExchange(ref _ticket, ticket + 1, ticket) == ticket)
                return true;
        }
    }

    private void Do(int part, int thread)
    {
        try
        {
            _run(_work, part, _parts, thread);
        }
        catch (Exception e)
        {
            _failure = e;                            // thrown again by the caller
        }
        Interlocked.Decrement(ref _unfinished);
    }

    private void AwaitAll()
    {
        for (var rounds = 0; Volatile.Read(ref _unfinished) != 0; rounds++)
            Pause(rounds);
    }

    private static void Pause(int rounds)
    {
        if (rounds < Spins)
            Thread.SpinWait(1);
        else
            Thread.Yield();
    }

    private sealed class Member : IDisposable
    {
        private readonly ThreadTeam _team;
        private readonly int _number;
        private readonly Thread _thread;
        private readonly AutoResetEvent _wake = new(false);
        private int _isParked;

        public Member(ThreadTeam team, int number)
        {
            _team = team;
            _number = number;
            _thread = new Thread(Loop) { IsBackground = true, Name = $"training {number}" };
            _thread.Start();
        }

        public void Wake()
        {
            if (Interlocked.Exchange(ref _isParked, 0) == 1)
                _wake.Set();
        }

        public void Dispose()
        {
            _thread.Join();
            _wake.Dispose();
        }

        private void Loop()
        {
            for (var seen = 0L; !_team._isOver;)
            {
                seen = Await(seen);
                while (_team.TryClaim(out var part))
                    _team.Do(part, _number);
            }
        }

        /// <summary>Waits for another round than the one seen last.</summary>
        private long Await(long seen)
        {
            for (var rounds = 0; ; rounds++)
            {
                var round = Volatile.Read(ref _team._ticket) >> 32;
                if (round != seen)
                    return round;
                if (rounds < Spins + Yields)
                {
                    Pause(rounds);
                    continue;
                }
                // Whoever starts work takes the flag away and signals; who finds it gone before parking awaits that.
                Interlocked.Exchange(ref _isParked, 1);
                if (Volatile.Read(ref _team._ticket) >> 32 == seen || Interlocked.Exchange(ref _isParked, 0) == 0)
                    _wake.WaitOne();
            }
        }
    }
}
