using Dapr.Client.Autogen.Grpc.v1;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;

namespace TuneGraph.Worker;

/// <summary>
/// The connection to the sidecar, by the generated client: the SDK's own publish copies every payload, and it has no
/// streaming subscription.
/// </summary>
internal sealed class DaprLink : IDisposable
{
    private const string RawPayload = "rawPayload";
    private const int StreamWindowBytes = 8 << 20;
    private static readonly TimeSpan _publishTime = TimeSpan.FromSeconds(10);

    private readonly DaprSettings _settings;
    private readonly GrpcChannel _channel;
    private readonly Dapr.Client.Autogen.Grpc.v1.Dapr.DaprClient _client;
    private readonly Metadata _headers = [];

    public DaprLink(DaprSettings settings)
    {
        _settings = settings;
        _channel = GrpcChannel.ForAddress(settings.Grpc, new GrpcChannelOptions
        {
            MaxReceiveMessageSize = null,
            MaxSendMessageSize = null,
            ThrowOperationCanceledOnCancellation = true,
            DisposeHttpClient = true,
            // The sidecar says when it is back, not a timer of the channel's.
            MaxReconnectBackoff = TimeSpan.FromMilliseconds(500),
            InitialReconnectBackoff = TimeSpan.FromMilliseconds(50),
            HttpHandler = new SocketsHttpHandler
            {
                EnableMultipleHttp2Connections = true,
                InitialHttp2StreamWindowSize = StreamWindowBytes,
                PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
            },
        });
        _client = new(_channel);
        if (settings.Token is { } token)
            _headers.Add("dapr-api-token", token);
    }

    /// <summary>Publishes a message as it is.</summary>
    /// <returns>Null, or why nobody will ever get it; what may get through another time is not told.</returns>
    public async Task<string?> PublishAsync(string topic, byte[] message)
    {
        var request = new PublishEventRequest
        {
            PubsubName = _settings.Component,
            Topic = topic,
            Data = UnsafeByteOperations.UnsafeWrap(message),
            DataContentType = "application/octet-stream",
        };
        request.Metadata[RawPayload] = "true";
        try
        {
            var deadline = _settings.TimeProvider.GetUtcNow().UtcDateTime + _publishTime;
            await _client.PublishEventAsync(request, _headers, deadline).ConfigureAwait(false);
            return null;
        }
        catch (RpcException e)
        {
            return Refusal(e, topic);
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            return null;
        }
    }

    /// <summary>Subscribes to a topic; the first reply says that it holds.</summary>
    public async Task<AsyncDuplexStreamingCall<
        SubscribeTopicEventsRequestAlpha1, SubscribeTopicEventsResponseAlpha1>> SubscribeAsync(
        string topic, CancellationToken cancellationToken)
    {
        var call = _client.SubscribeTopicEventsAlpha1(_headers, cancellationToken: cancellationToken);
        var initial = new SubscribeTopicEventsRequestInitialAlpha1 { PubsubName = _settings.Component, Topic = topic };
        initial.Metadata[RawPayload] = "true";
        try
        {
            await call.RequestStream.WriteAsync(new() { InitialRequest = initial }, cancellationToken)
                .ConfigureAwait(false);
            if (!await call.ResponseStream.MoveNext(cancellationToken).ConfigureAwait(false))
                throw new RpcException(new Status(StatusCode.Unavailable, "the subscription ended at once"));
            return call;
        }
        catch
        {
            call.Dispose();
            throw;
        }
    }

    /// <summary>Why a call will never get through, in words that say what to do; null where it may.</summary>
    public string? Refusal(RpcException e, string topic)
    {
        var (said, sidecar) = (e.Status.Detail, $"The sidecar at {_settings.Grpc}");
        return e.StatusCode switch
        {
            StatusCode.Unauthenticated =>
                $"{sidecar} refuses the token ({said}). Set DAPR_API_TOKEN to the one that it was started with.",
            StatusCode.InvalidArgument or StatusCode.NotFound or StatusCode.FailedPrecondition =>
                $"{sidecar} has no pub/sub component '{_settings.Component}' ({said}). Put "
                    + $"dapr/components/{_settings.Component}.yaml into the folder of its --resources-path, and name "
                    + "this application there under 'scopes'.",
            StatusCode.PermissionDenied =>
                $"{sidecar} does not let this application use the topic '{topic}' of '{_settings.Component}' ({said}). "
                    + "Look at the component's scopes.",
            StatusCode.ResourceExhausted =>
                $"{sidecar} takes no message of that size ({said}). Start it with --max-body-size 16Mi.",
            StatusCode.Unimplemented =>
                $"What answers at {_settings.Grpc} is no sidecar that knows streaming subscriptions ({said}). "
                    + "DAPR_GRPC_ENDPOINT must lead to the gRPC port of a Dapr 1.17 or later.",
            _ => null,
        };
    }

    /// <summary>Why no sidecar is to be had.</summary>
    public DaprException Missing(string said) => new(
        $"No Dapr sidecar answers at {_settings.Grpc}, as DAPR_GRPC_ENDPOINT says ({said}). Start one beside this "
            + "process, or train without: 'transport: auto' under training.parallel.");

    public void Dispose() => _channel.Dispose();
}
