using System.Runtime.InteropServices;
using TuneGraph.Hosting;

namespace TuneGraph.Worker;

/// <summary>
/// Runs a worker until it is asked to stop: joins the scheduler, takes orders, and comes back after every silence.
/// </summary>
internal sealed class WorkerHost : IDisposable
{
    private const int Success = 0;
    private const int Failed = 1;
    private static readonly TimeSpan _again = TimeSpan.FromSeconds(1);

    private readonly WorkerOptions _options;
    private readonly SchedulerClient _client;
    private readonly WorkerFiles _files;
    private readonly SecretMask _mask;
    private readonly RankChildren _children;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, (OrderSupervisor Order, Task Run)> _orders = [];
    private readonly CancellationTokenSource _leave = new();
    private readonly GpuLoad? _gpus = GpuLoad.Find(TimeProvider.System);
    private readonly OwnLoad _load;
    private readonly string _instance = Guid.NewGuid().ToString("N");
    private readonly string _address;
    private CancellationTokenSource _news = new();
    private int _accelerators;
    private string? _told;

    private WorkerHost(WorkerOptions options)
    {
        _options = options;
        _load = new OwnLoad(TimeProvider.System, _gpus);
        _mask = new SecretMask(options.Token);
        _children = new RankChildren(options.Name, _mask);
        _client = SidecarCalls.Client(options.Schedulers, options.Token, options.Sidecar);
        _files = new WorkerFiles(options.Data, _client);
        _address = (options.Address ?? OwnAddress.Toward(options.Schedulers[0])).ToString();
    }

    public static async Task<int> RunAsync(WorkerOptions options)
    {
        WebApplication? health = null;
        try
        {
            health = options.Urls is { } urls ? await HealthAsync(urls, options.Sidecar) : null;
            using var worker = new WorkerHost(options);
            using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, worker.Leave);
            using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, worker.Leave);
            Tell($"tunegraph worker {HostSettings.Version}: '{options.Name}' with {options.Slots} slots, "
                + $"for {string.Join(", ", options.Schedulers)}");
            if (health is not null)
                Tell($"listening on {string.Join(", ", health.Urls)}");
            return await worker.WorkAsync();
        }
        catch (IOException e)
        {
            await Console.Error.WriteLineAsync(
                $"worker: cannot listen on {options.Urls}: {e.Message} Choose another with --urls.");
            return Failed;
        }
        finally
        {
            if (health is not null)
                await health.DisposeAsync();
        }
    }

    public void Dispose()
    {
        _gpus?.Dispose();
        _children.Dispose();
        _files.Dispose();
        _client.Dispose();
        _leave.Dispose();
        _news.Dispose();
    }

    private async Task<int> WorkAsync()
    {
        _children.Prepare();
        _accelerators = await OwnDevices.CountAsync();
        while (!_leave.IsCancellationRequested)
        {
            try
            {
                var lease = await _client.JoinAsync(Offer(), _leave.Token);
                TellOnce("joined");
                await ServeAsync(lease);
            }
            catch (SchedulerException e) when (e.Code is FleetCode.OtherVersion or FleetCode.Unauthorized)
            {
                await Console.Error.WriteLineAsync($"worker: {e.Message}");
                return Failed;
            }
            catch (SchedulerException e)
            {
                TellOnce(e.Message);
                await Task.WhenAny(Task.Delay(_again), Task.Delay(Timeout.InfiniteTimeSpan, _leave.Token));
            }
            catch (OperationCanceledException)
            {
                // Asked to leave.
            }
        }

        return Success;
    }

    private async Task ServeAsync(WorkerLease lease)
    {
        while (!_leave.IsCancellationRequested)
        {
            CancellationToken ended;
            lock (_lock)
            {
                _news.Dispose();
                _news = CancellationTokenSource.CreateLinkedTokenSource(_leave.Token);
                ended = _news.Token;
            }

            try
            {
                Act(await _client.RenewAsync(lease.Token, Word(lease.LeaseSeconds / 3), ended));
            }
            catch (OperationCanceledException)
            {
                // An order ended here: say so at once, there may be another. Or it is time to leave.
            }
        }

        await HandBackAsync(lease);
    }

    private void Act(WorkerNews news)
    {
        lock (_lock)
        {
            foreach (var token in news.Stop)
            {
                if (_orders.TryGetValue(token, out var held))
                    held.Order.Stop();
            }

            foreach (var token in news.HandBack)
            {
                if (_orders.TryGetValue(token, out var held))
                    held.Order.HandBack();
            }

            if (news.Order is { } order && !_orders.ContainsKey(order.Token))
            {
                var supervisor = new OrderSupervisor(
                    order, _client, _files, _children, _address, _options, _mask);
                _orders.Add(order.Token, (supervisor, Task.Run(() => RunOrderAsync(supervisor))));
            }
        }
    }

    private async Task RunOrderAsync(OrderSupervisor order)
    {
        await order.RunAsync();
        lock (_lock)
        {
            _orders.Remove(order.Token);
            order.Dispose();
            _news.Cancel();
        }
    }

    private WorkerWord Word(double wait)
    {
        lock (_lock)
            return new WorkerWord(
                [.. _orders.Keys],
                [.. _orders.Values.Where(held => held.Order.IsStopping).Select(held => held.Order.Token)],
                [.. _orders.Values.Where(held => held.Order.IsHandingBack).Select(held => held.Order.Token)],
                wait,
                _load.Read(),
                DiskShortage.FreeIn(_options.Data));
    }

    // Asked to leave: every trial ends after its next step, its checkpoint is uploaded, and others go on with it.
    private async Task HandBackAsync(WorkerLease lease)
    {
        Tell("leaving: trials are handed back at their next step");
        await TryAsync(() => _client.RetireAsync(lease.Token, CancellationToken.None));
        List<(OrderSupervisor Order, Task Run)> held;
        lock (_lock)
        {
            held = [.. _orders.Values];
            held.ForEach(order => order.Order.HandBack());
        }

        var all = Task.WhenAll(held.Select(order => order.Run));
        using var over = new CancellationTokenSource(_options.Grace);
        while (!all.IsCompleted && !over.IsCancellationRequested)
        {
            await TryAsync(() => _client.RenewAsync(lease.Token, Word(0), CancellationToken.None));
            await Task.WhenAny(all, Task.Delay(TimeSpan.FromSeconds(lease.LeaseSeconds / 3), CancellationToken.None));
        }

        lock (_lock)
        {
            foreach (var (order, _) in _orders.Values)
                order.GiveUp();
        }

        await all;
        await TryAsync(() => _client.LeaveAsync(lease.Token, CancellationToken.None));
    }

    private static async Task TryAsync(Func<Task> call)
    {
        try
        {
            await call();
        }
        catch (SchedulerException)
        {
            // It is away, or does not know this worker any more: it will find out by itself.
        }
    }

    private WorkerOffer Offer() =>
        new(
            _options.Name,
            _instance,
            HostSettings.Version,
            _options.Slots,
            Environment.ProcessorCount,
            _accelerators,
            GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
            _options.Labels)
        {
            LeastFreeBytes = _options.LeastFreeBytes,
            FreeBytes = DiskShortage.FreeIn(_options.Data),
        };

    private void Leave(PosixSignalContext context)
    {
        context.Cancel = true;
        _leave.Cancel();
    }

    private static async Task<WebApplication> HealthAsync(Uri urls, Sidecar? sidecar)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls(urls.ToString());
        builder.Services.AddRoutingCore();
        var app = builder.Build();
        app.MapGet("/healthz", static context => context.Response.WriteAsync("healthy\n"));
        app.MapGet("/healthz/live", static context => context.Response.WriteAsync("healthy\n"));
        app.MapGet("/healthz/ready", async context =>
        {
            var trouble = sidecar is null
                ? null
                : await SidecarHealth.TroubleAsync(sidecar, context.RequestAborted);
            if (trouble is not null)
                context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            await context.Response.WriteAsync((trouble ?? "ready") + "\n");
        });
        app.MapGet(
            "/version", static context => context.Response.WriteAsync($"tunegraph worker {HostSettings.Version}\n"));
        await app.StartAsync();
        return app;
    }

    private void TellOnce(string line)
    {
        if (_told != line)
            Tell(line);
        _told = line;
    }

    private static void Tell(string line)
    {
        Console.Out.WriteLine(line);
        Console.Out.Flush();
    }
}
