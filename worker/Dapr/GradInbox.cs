using System.Collections.Concurrent;
using Dapr.AppCallback.Autogen.Grpc.v1;
using Dapr.Client.Autogen.Grpc.v1;
using Grpc.Core;

namespace TuneGraph.Worker;

/// <summary>
/// A process's one subscription for gradients: opened once, on a topic of its own, so that no other consumes what is
/// meant for it, and opened anew whenever the sidecar comes back. Hands each frame to the member that it is for.
/// </summary>
internal sealed class GradInbox : IDisposable
{
    private const int MostHellos = 256;
    private static readonly TimeSpan _firstPause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan _longestPause = TimeSpan.FromSeconds(1);

    private readonly DaprSettings _settings;
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentDictionary<(UInt128 Group, int Rank), DaprTransport> _members = [];
    private readonly Lock _early = new();
    private readonly Queue<Frame> _hellos = [];
    private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _loop;
    private string? _over;

    private GradInbox(DaprSettings settings, string name)
    {
        (_settings, Topic, Link) = (settings, TopicOf(name), new DaprLink(settings));
        _loop = Task.Run(ReceiveAsync);
    }

    /// <summary>The topic that it listens to.</summary>
    public string Topic { get; }

    public DaprLink Link { get; }

    /// <summary>Whether it was given up: the sidecar did not come back, or refuses.</summary>
    public bool HasEnded => Volatile.Read(ref _over) is not null;

    public DaprSettings Settings => _settings;

    /// <summary>Opens the subscription.</summary>
    /// <param name="settings">Where the sidecar is.</param>
    /// <param name="name">Of this process: of all that are there at once no other has it.</param>
    /// <exception cref="DaprException">There is no sidecar, it lacks the component, or refuses.</exception>
    public static async Task<GradInbox> OpenAsync(DaprSettings settings, string name)
    {
        var inbox = new GradInbox(settings, name);
        try
        {
            await inbox._open.Task.ConfigureAwait(false);
            return inbox;
        }
        catch
        {
            inbox.Dispose();
            throw;
        }
    }

    /// <summary>The topic of a name: letters that no component takes for something else.</summary>
    public static string TopicOf(string name) =>
        "tg.grad." + string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' ? c : '-'));

    /// <summary>A member of a group wants what is meant for it.</summary>
    public void Enter(DaprTransport member)
    {
        if (!_members.TryAdd((member.Group, member.Rank), member))
            throw new ArgumentException(
                $"This process is rank {member.Rank} of that group already; a group's name is used once.");
        if (Volatile.Read(ref _over) is { } over)
            member.End(over);
        lock (_early)
        {
            // Ranks that were here first have greeted already, and need not do so again.
            foreach (var hello in _hellos)
            {
                if (hello.Header.Group == member.Group && hello.Header.To == member.Rank)
                    member.Take(hello);
            }
        }
    }

    public void Leave(DaprTransport member) =>
        _members.TryRemove(KeyValuePair.Create((member.Group, member.Rank), member));

    public void Dispose()
    {
        _end.Cancel();
        Link.Dispose();
    }

    /// <summary>Waits until the subscription has ended, after <see cref="Dispose"/>.</summary>
    public Task EndedAsync() => _loop;

    private async Task ReceiveAsync()
    {
        var (pause, downSince) = (_firstPause, _settings.TimeProvider.GetTimestamp());
        while (!_end.IsCancellationRequested)
        {
            string said;
            try
            {
                using var limit = CancellationTokenSource.CreateLinkedTokenSource(_end.Token);
                limit.CancelAfter(_settings.SidecarTime); // until it holds; a subscription may stay unanswered
                using var call = await Link.SubscribeAsync(Topic, limit.Token).ConfigureAwait(false);
                limit.CancelAfter(Timeout.InfiniteTimeSpan);
                pause = _firstPause;
                _open.TrySetResult();
                await ConsumeAsync(call).ConfigureAwait(false);
                downSince = _settings.TimeProvider.GetTimestamp();
                said = "the subscription ended";
            }
            catch (RpcException e) when (Link.Refusal(e, Topic) is { } refusal)
            {
                EndAll(new DaprException(refusal, e));
                return;
            }
            catch (Exception e) when (e is RpcException or OperationCanceledException or IOException
                or ObjectDisposedException or InvalidOperationException)
            {
                said = e is RpcException rpc ? rpc.Status.Detail : e.Message;
                if (_open.Task.IsCompleted && pause == _firstPause)
                    downSince = _settings.TimeProvider.GetTimestamp();
            }

            if (_settings.TimeProvider.GetElapsedTime(downSince) > _settings.SidecarTime)
            {
                EndAll(Link.Missing(said));
                return;
            }

            await Task.WhenAny(
                Task.Delay(pause, _settings.TimeProvider),
                Task.Delay(Timeout.InfiniteTimeSpan, _end.Token)).ConfigureAwait(false);
            pause = pause * 2 < _longestPause ? pause * 2 : _longestPause;
        }
    }

    // Every delivery is acknowledged as soon as it lies in memory: what is lost after that, grad-v1 sends again itself.
    private async Task ConsumeAsync(
        AsyncDuplexStreamingCall<SubscribeTopicEventsRequestAlpha1, SubscribeTopicEventsResponseAlpha1> call)
    {
        var success = new TopicEventResponse { Status = TopicEventResponse.Types.TopicEventResponseStatus.Success };
        while (await call.ResponseStream.MoveNext(_end.Token).ConfigureAwait(false))
        {
            if (call.ResponseStream.Current.EventMessage is not { } message)
                continue;
            if (Frame.TryRead(message.Data.Memory, out var frame))
                Route(frame);
            await call.RequestStream.WriteAsync(
                new() { EventProcessed = new() { Id = message.Id, Status = success } }, _end.Token)
                .ConfigureAwait(false);
        }
    }

    private void Route(in Frame frame)
    {
        if (frame.Header.Kind == FrameKind.Hello)
            Remember(frame);
        if (_members.TryGetValue((frame.Header.Group, frame.Header.To), out var member))
            member.Take(frame);
        else if (frame.Header.Kind == FrameKind.Ask && Whereabouts.Read(frame.Payload.Span) is { Text: { } topic })
            _ = Link.PublishAsync(topic, Unknown(frame.Header));
    }

    private void Remember(in Frame hello)
    {
        lock (_early)
        {
            if (_hellos.Count == MostHellos)
                _hellos.Dequeue();
            _hellos.Enqueue(hello);
        }
    }

    private static byte[] Unknown(in FrameHeader asked)
    {
        var message = new Whereabouts(default, false, 0, 0, asked.To, "").ToMessage();
        Frame.Seal(message, new FrameHeader
        {
            Kind = FrameKind.Unknown,
            Group = asked.Group,
            Epoch = asked.Epoch,
            From = asked.To,
            To = asked.From,
            Stamp = asked.Stamp,
        });
        return message;
    }

    private void EndAll(DaprException reason)
    {
        Volatile.Write(ref _over, reason.Message);
        _open.TrySetException(reason);
        foreach (var member in _members.Values)
            member.End(reason.Message);
    }
}
