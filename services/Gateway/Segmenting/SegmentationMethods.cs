using Google.Protobuf;
using Grpc.Core;
using Segmentation.Protocol.V1;

namespace Segmentation.Gateway.Segmenting;

/// <summary>
/// The service's methods with answers that are written in one piece. Protobuf writes a text that does not fit into what
/// is left of a block of the connection's memory, 4 KB, by way of an array; run lengths seldom fit.
/// </summary>
internal static class SegmentationMethods
{
    /// <summary>Bytes of the largest answer in one piece; what is larger has pictures or logits.</summary>
    private const int OnePiece = 128 * 1024;

    /// <summary>Transcoding finds the REST annotations here.</summary>
    public static Google.Protobuf.Reflection.ServiceDescriptor Descriptor => SegmentationService.Descriptor;

    /// <summary>Called by the framework for the routes of <see cref="SegmentationEndpoint"/>.</summary>
    public static void Bind(ServiceBinderBase binder, SegmentationService.SegmentationServiceBase? service) =>
        SegmentationService.BindService(new WholeAnswers(binder), service!);

    private static Method<TRequest, TResponse> Whole<TRequest, TResponse>(Method<TRequest, TResponse> method)
        where TRequest : class
        where TResponse : class
    {
        var inner = method.ResponseMarshaller;
        var whole = Marshallers.Create<TResponse>(Write, inner.ContextualDeserializer);
        return new(method.Type, method.ServiceName, method.Name, method.RequestMarshaller, whole);

        void Write(TResponse response, SerializationContext context)
        {
            var message = (IMessage)response;
            var size = message.CalculateSize();
            if (size > OnePiece)
            {
                inner.ContextualSerializer(response, context);
                return;
            }

            context.SetPayloadLength(size);
            var writer = context.GetBufferWriter();
            message.WriteTo(writer.GetSpan(size)[..size]);
            writer.Advance(size);
            context.Complete();
        }
    }

    private sealed class WholeAnswers(ServiceBinderBase inner) : ServiceBinderBase
    {
        public override void AddMethod<TRequest, TResponse>(
            Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse>? handler) =>
            inner.AddMethod(Whole(method), handler);

        public override void AddMethod<TRequest, TResponse>(
            Method<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse>? handler) =>
            inner.AddMethod(Whole(method), handler);

        public override void AddMethod<TRequest, TResponse>(
            Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse>? handler) =>
            inner.AddMethod(Whole(method), handler);
    }
}
