using Dapr.Client.Autogen.Grpc.v1;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace TuneGraph.Tests.Sidecar;

/// <summary>
/// The methods of the service <c>dapr.proto.runtime.v1.Dapr</c>, bound by hand: the SDK's packages hold the client and
/// the messages of it, but not the server.
/// </summary>
internal static class SidecarMethods
{
    private const string Service = "dapr.proto.runtime.v1.Dapr";

    internal static void Bind(ServiceBinderBase binder, SidecarService? service)
    {
        binder.AddMethod(
            Unary("PublishEvent", PublishEventRequest.Parser, Empty.Parser),
            service is null ? null : new UnaryServerMethod<PublishEventRequest, Empty>(service.PublishEvent));
        binder.AddMethod(
            Of(MethodType.DuplexStreaming, "SubscribeTopicEventsAlpha1", SubscribeTopicEventsRequestAlpha1.Parser,
                SubscribeTopicEventsResponseAlpha1.Parser),
            service is null
                ? null
                : new DuplexStreamingServerMethod<
                    SubscribeTopicEventsRequestAlpha1, SubscribeTopicEventsResponseAlpha1>(
                    service.SubscribeTopicEventsAlpha1));
        binder.AddMethod(
            Unary("GetState", GetStateRequest.Parser, GetStateResponse.Parser),
            service is null ? null : new UnaryServerMethod<GetStateRequest, GetStateResponse>(service.GetState));
        binder.AddMethod(
            Unary("SaveState", SaveStateRequest.Parser, Empty.Parser),
            service is null ? null : new UnaryServerMethod<SaveStateRequest, Empty>(service.SaveState));
        binder.AddMethod(
            Unary("GetSecret", GetSecretRequest.Parser, GetSecretResponse.Parser),
            service is null ? null : new UnaryServerMethod<GetSecretRequest, GetSecretResponse>(service.GetSecret));
        binder.AddMethod(
            Unary("GetConfiguration", GetConfigurationRequest.Parser, GetConfigurationResponse.Parser),
            service is null
                ? null
                : new UnaryServerMethod<GetConfigurationRequest, GetConfigurationResponse>(service.GetConfiguration));
    }

    private static Method<TRequest, TReply> Unary<TRequest, TReply>(
        string name, MessageParser<TRequest> request, MessageParser<TReply> reply)
        where TRequest : class, IMessage<TRequest>
        where TReply : class, IMessage<TReply> =>
        Of(MethodType.Unary, name, request, reply);

    private static Method<TRequest, TReply> Of<TRequest, TReply>(
        MethodType type, string name, MessageParser<TRequest> request, MessageParser<TReply> reply)
        where TRequest : class, IMessage<TRequest>
        where TReply : class, IMessage<TReply> =>
        new(type, Service, name, Marshal(request), Marshal(reply));

    private static Marshaller<T> Marshal<T>(MessageParser<T> parser) where T : class, IMessage<T> =>
        Marshallers.Create(
            (T message, SerializationContext context) =>
            {
                context.SetPayloadLength(message.CalculateSize());
                message.WriteTo(context.GetBufferWriter());
                context.Complete();
            },
            context => parser.ParseFrom(context.PayloadAsReadOnlySequence()));
}
