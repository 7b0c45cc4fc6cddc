using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace TuneGraph.Worker;

/// <summary>What a worker has downloaded: data that stays, and checkpoints on their way.</summary>
internal sealed class WorkerFiles : IDisposable
{
    private readonly string _folder;
    private readonly SchedulerClient _client;
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _gates = [];

    public WorkerFiles(string folder, SchedulerClient client)
    {
        var scratches = Path.Combine(folder, "scratch");
        var own = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        (_folder, _client, Scratch) = (folder, client, Path.Combine(scratches, own));
        Directory.CreateDirectory(Scratch);

        // What a process that was killed has left behind.
        foreach (var left in Directory.EnumerateDirectories(scratches).Where(path => !IsAlive(Path.GetFileName(path))))
            Directory.Delete(left, recursive: true);
    }

    /// <summary>For checkpoints on their way.</summary>
    public string Scratch { get; }

    public void Dispose() => Directory.Delete(Scratch, recursive: true);

    /// <summary>An order with its files at hand.</summary>
    /// <param name="order">The order.</param>
    /// <param name="address">Where its ranks listen for those of other workers.</param>
    /// <param name="cancellationToken">Ends the downloads.</param>
    /// <exception cref="SchedulerException">A file is not there any more, or the scheduler does not answer.</exception>
    public async Task<RankTask> BringAsync(
        TrainingOrder order, string address, CancellationToken cancellationToken)
    {
        string? data = null;
        foreach (var file in order.Data)
        {
            var path = DataFolder.PathOf(Path.Combine(_folder, order.Data[0].Sha256), file);
            data ??= path;
            var gate = _gates.GetOrAdd(path, _ => new SemaphoreSlim(1));
            await gate.WaitAsync(cancellationToken);
            try
            {
                if (!File.Exists(path))
                    await _client.DownloadAsync(file.Sha256, path, cancellationToken);
            }
            finally
            {
                gate.Release();
            }
        }

        string? checkpoint = null;
        if (order.Start is { } start)
        {
            checkpoint = Path.Combine(Scratch, $"{order.Token}.start.safetensors");
            await _client.DownloadAsync(start.Sha256, checkpoint, cancellationToken);
        }

        return new RankTask(order, data!, checkpoint, Scratch, address);
    }

    private static bool IsAlive(string process)
    {
        try
        {
            using var found = Process.GetProcessById(int.Parse(process, CultureInfo.InvariantCulture));
            return true;
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            return false;
        }
    }
}
