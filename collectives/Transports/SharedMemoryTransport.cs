using System.Collections.Immutable;
using Microsoft.Win32.SafeHandles;

namespace TuneGraph.Collectives;

/// <summary>Ranks that are processes of one host, over a memory-mapped file.</summary>
internal sealed unsafe class SharedMemoryTransport : BoardTransport
{
    private static readonly TimeSpan _watchEvery = TimeSpan.FromMilliseconds(100);

    private readonly string _name;
    private readonly SharedMemoryOptions _options;
    private readonly SharedMapping _mapping;
    private readonly Board _board;
    private readonly ProcessWatch?[] _watches;
    private readonly SafeFileHandle?[] _processes;
    private long _lastWatch;

    internal SharedMemoryTransport(
        string name, int rank, int worldSize, SharedMemoryOptions options, CancellationToken cancellationToken)
        : base(rank, worldSize)
    {
        _name = name;
        _options = options;
        _watches = new ProcessWatch?[worldSize];
        _processes = new SafeFileHandle?[worldSize];
        var path = Path.Combine(options.Folder, name);
        var patience = new Patience(options.TimeProvider, options.JoinTime, cancellationToken);
        _mapping = SharedMapping.Open(path, rank, worldSize, options, patience);
        var strokes = (int*)(_mapping.Start + BoardLayout.Strokes);
        var parked = (int*)(_mapping.Start + BoardLayout.Parked);
        Bell bell = FutexBell.IsSupported ? new FutexBell(strokes, parked) : new PollingBell(strokes, parked);
        _board = new(_mapping.Start, rank, worldSize, bell, _mapping.WindowOf(rank));
        Join(path, patience);
    }

    internal override Board Board => _board;

    /// <summary>Looks whether the other processes still live; the first one found dead ends the group.</summary>
    public override void RefreshStatus()
    {
        if (_options.TimeProvider.GetElapsedTime(_lastWatch) < _watchEvery) return;
        _lastWatch = _options.TimeProvider.GetTimestamp();
        for (var rank = 0; rank < WorldSize; rank++)
        {
            if (_watches[rank] is not { } watch || watch.IsSeenAlive(_processes[rank])) continue;
            if (_board.StatusOf(rank).Departed) continue;
            Abort(new(rank, $"its process {watch.Id} died."));
        }
    }

    /// <inheritdoc/>
    public override Transport Split(ImmutableArray<int> members, long key) => new SharedMemoryTransport(
        $"{_name}.{key}-{string.Join('-', members)}", members.IndexOf(Rank), members.Length, _options, default);

    internal byte* Allocate(long bytes) => _mapping.Allocate(Rank, bytes);

    /// <summary>What allocated memory must keep alive.</summary>
    internal object Mapping => _mapping;

    private protected override BoardStream Stream(int from, int to) => _mapping.Stream(from, to);

    private void Join(string path, Patience patience)
    {
        if (!_board.TryJoin(ProcessWatch.Own()))
            throw new InvalidOperationException(
                $"Rank {Rank} of '{path}' is taken: every process needs its own rank, every group a name of its own.");
        for (var rank = 0; rank < WorldSize; rank++)
        {
            while (_board.JoinedBy(rank) is null) patience.Wait(() => $"rank {Missing()}");
            // In another container the process is not seen even now; then only the stall time can tell its death.
            var watch = _board.JoinedBy(rank)!.Value;
            if (rank == Rank) continue;
            _processes[rank] = watch.Open();
            _watches[rank] = watch.IsSeenAlive(_processes[rank]) ? watch : null;
        }
        if (Rank == 0) File.Delete(path);
    }

    private string Missing() =>
        string.Join(", ", Enumerable.Range(0, WorldSize).Where(rank => _board.JoinedBy(rank) is null));
}
