using System.Diagnostics;
using System.Globalization;
using TuneGraph.Collectives;

// Arguments: shm|tcp|unix, folder of the store, rank, world size, then what to do: sum | die.
// Prints one line: what came out, or which exception.
var (kind, folder, scenario) = (args[0], args[1], args[4]);
var rank = int.Parse(args[2], CultureInfo.InvariantCulture);
var worldSize = int.Parse(args[3], CultureInfo.InvariantCulture);
var options = new SocketOptions { Token = "t", UnixFolder = kind == "unix" ? folder : null };
using ProcessGroup group = kind == "shm"
    ? SharedMemoryGroup.Join(Path.GetFileName(folder), rank, worldSize)
    : SocketGroup.Join("test", rank, worldSize, new FileStore(folder), options);
try
{
    var random = new Random(rank);
    var hash = 17L;
    for (var step = 0; step < 20; step++)
    {
        if (scenario == "die" && rank == 1 && step == 7) Process.GetCurrentProcess().Kill();
        var length = step * step * 977;
        var values = group is SharedMemoryGroup shared && step % 2 == 0
            ? shared.Allocate<float>(length)
            : new float[length];
        foreach (ref var value in values.Span) value = random.Next(1000);
        group.AllReduce(values.Span);
        foreach (var value in values.Span) hash = unchecked((hash * 31) + (long)value);
    }
    Console.WriteLine($"sum {hash}");
}
catch (CollectiveAbortedException e)
{
    Console.WriteLine($"aborted by {e.AbortingRank} in {e.Call}: {e.Reason}");
}
