using System.Globalization;
using Dapr.AppCallback.Autogen.Grpc.v1;
using Dapr.Client.Autogen.Grpc.v1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace TuneGraph.Tests.Sidecar;

/// <summary>The gRPC half of the double.</summary>
/// <remarks>Named methods of a public, unsealed class: so gRPC's server finds them.</remarks>
[BindServiceMethod(typeof(SidecarService), nameof(Bind))]
public class SidecarService(DaprSidecar sidecar)
{
    /// <summary>Called by gRPC's server.</summary>
    public static void Bind(ServiceBinderBase binder, SidecarService? service) =>
        SidecarMethods.Bind(binder, service);

    /// <summary>Publishes to a topic.</summary>
    public virtual Task<Empty> PublishEvent(PublishEventRequest request, ServerCallContext context)
    {
        Check(context);
        var faults = Component(request.PubsubName);
        if (request.Data.Length > faults.MaxBodyBytes)
            throw new RpcException(new(
                StatusCode.ResourceExhausted,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"grpc: received message larger than max ({request.Data.Length} vs. {faults.MaxBodyBytes})")));
        sidecar.Publish(request);
        return Task.FromResult(new Empty());
    }

    /// <summary>Delivers a topic's messages until the client goes.</summary>
    public virtual async Task SubscribeTopicEventsAlpha1(
        IAsyncStreamReader<SubscribeTopicEventsRequestAlpha1> requests,
        IServerStreamWriter<SubscribeTopicEventsResponseAlpha1> replies,
        ServerCallContext context)
    {
        Check(context);
        if (!await requests.MoveNext(context.CancellationToken)) return;
        var initial = requests.Current.InitialRequest;
        _ = Component(initial.PubsubName);
        await replies.WriteAsync(new() { InitialResponse = new() });
        using var subscription = sidecar.Broker.Subscribe(
            initial.PubsubName, initial.Topic, sidecar.ConsumerOf(initial), Dead(initial));
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken);
        var answers = AnswersAsync(requests, subscription, ended);
        try
        {
            await foreach (var (id, message) in subscription.Deliveries.ReadAllAsync(ended.Token))
                await replies.WriteAsync(new() { EventMessage = Event(initial, id, message) }, ended.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or InvalidOperationException)
        {
            // The client has gone, or this sidecar was killed: what it has not answered goes to others.
        }
        await ended.CancelAsync();
        await answers;
    }

    /// <summary>Reads a value with its ETag.</summary>
    public virtual Task<GetStateResponse> GetState(GetStateRequest request, ServerCallContext context)
    {
        Check(context);
        return Task.FromResult(sidecar.States.Get(request));
    }

    /// <summary>Stores values; Aborted where an ETag is not the last.</summary>
    public virtual Task<Empty> SaveState(SaveStateRequest request, ServerCallContext context)
    {
        Check(context);
        if (!sidecar.States.TrySave(request))
            throw new RpcException(new(StatusCode.Aborted, "failed saving state: possible etag mismatch"));
        return Task.FromResult(new Empty());
    }

    /// <summary>Tells a secret.</summary>
    public virtual Task<GetSecretResponse> GetSecret(GetSecretRequest request, ServerCallContext context)
    {
        Check(context);
        if (request.StoreName != sidecar.SecretStore)
            throw new RpcException(new(
                StatusCode.InvalidArgument, $"failed finding secret store with key {request.StoreName}"));
        var reply = new GetSecretResponse();
        foreach (var (name, secret) in sidecar.Secrets)
        {
            if (name == request.Key) reply.Data[name] = secret;
            else if (name.StartsWith(request.Key + "/", StringComparison.Ordinal))
                reply.Data[name[(request.Key.Length + 1)..]] = secret;
        }
        if (reply.Data.Count == 0 && sidecar.KnowsItsSecrets)
            throw new RpcException(new(
                StatusCode.Internal,
                $"failed getting secret with key {request.Key} from secret store {request.StoreName}: secret not "
                    + "found"));
        if (reply.Data.Count == 0) reply.Data[request.Key] = "";
        return Task.FromResult(reply);
    }

    /// <summary>Tells configured values.</summary>
    public virtual Task<GetConfigurationResponse> GetConfiguration(
        GetConfigurationRequest request, ServerCallContext context)
    {
        Check(context);
        if (request.StoreName != sidecar.ConfigurationStore)
            throw new RpcException(new(
                StatusCode.InvalidArgument, $"configuration store {request.StoreName} not found"));
        var reply = new GetConfigurationResponse();
        foreach (var key in request.Keys)
        {
            // configuration.redis fails for a key that is not there; others leave it out.
            if (!sidecar.Configured.TryGetValue(key, out var value))
                throw new RpcException(new(
                    StatusCode.Internal,
                    $"failed to get [{key}] from Configuration store {request.StoreName}: fail to get configuration "
                        + $"for redis key={key}, error is redis: nil"));
            reply.Items[key] = new ConfigurationItem { Value = value };
        }
        return Task.FromResult(reply);
    }

    private static async Task AnswersAsync(
        IAsyncStreamReader<SubscribeTopicEventsRequestAlpha1> requests, Subscription subscription,
        CancellationTokenSource ended)
    {
        try
        {
            while (await requests.MoveNext(ended.Token))
            {
                var processed = requests.Current.EventProcessed;
                if (processed.Status.Status == TopicEventResponse.Types.TopicEventResponseStatus.Success)
                    subscription.Settle(processed.Id);
                else subscription.Fail(processed.Id);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or RpcException)
        {
            // The stream has ended.
        }
        await ended.CancelAsync();
    }

    private static string? Dead(SubscribeTopicEventsRequestInitialAlpha1 initial) =>
        initial.HasDeadLetterTopic ? initial.DeadLetterTopic : null;

    private static TopicEventRequest Event(
        SubscribeTopicEventsRequestInitialAlpha1 initial, string id, TopicMessage message) => new()
        {
            Id = id,
            Topic = initial.Topic,
            PubsubName = initial.PubsubName,
            Data = message.Data,
            DataContentType = message.ContentType,
        };

    private void Check(ServerCallContext context)
    {
        if (sidecar.Token is { } token && context.RequestHeaders.GetValue("dapr-api-token") != token)
            throw new RpcException(new(
                StatusCode.Unauthenticated, "authentication error: api token mismatch"));
    }

    private SidecarFaults Component(string pubsub) => sidecar.Broker.FaultsOf(pubsub)
        ?? throw new RpcException(new(StatusCode.InvalidArgument, $"pubsub {pubsub} is not found"));
}
