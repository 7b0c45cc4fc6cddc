using TuneGraph.Collectives;

namespace TuneGraph.Training;

/// <summary>Something that only rank 0 does, while the others wait however long it takes.</summary>
internal static class Patient
{
    private static readonly TimeSpan _sign = TimeSpan.FromSeconds(1);

    /// <summary>A collective; every second rank 0 gives a sign of life.</summary>
    /// <returns>The result on rank 0; elsewhere the default.</returns>
    public static T? OnFirst<T>(ProcessGroup group, Func<T> body)
    {
        var work = group.Rank == 0 ? Task.Run(body) : null;
        Span<byte> busy = [1];
        while (busy[0] != 0)
        {
            busy[0] = work is null || Task.WaitAny([work], _sign) < 0 ? (byte)1 : (byte)0;
            group.Broadcast(busy);
        }
        return work is null ? default : work.GetAwaiter().GetResult();
    }
}
