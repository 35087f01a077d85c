using Google.Protobuf;
using Grpc.Core;
using Segmentation.Gateway.Errors;
using Segmentation.Protocol.V1;

namespace Segmentation.Gateway.Segmenting;

/// <summary>
/// The service's methods with answers that are written in one piece. Protobuf writes a text that does not fit into what
/// is left of a block of the connection's memory, 4 KB, by way of an array; run lengths seldom fit.
/// </summary>
internal sealed class SegmentationMethods(ServiceBinderBase inner) : CheckedMethods(inner)
{
    /// <summary>Bytes of the largest answer in one piece; what is larger has pictures or logits.</summary>
    private const int OnePiece = 128 * 1024;

    /// <summary>Called by the framework for the routes of <see cref="SegmentationEndpoint"/>.</summary>
    public static void Bind(ServiceBinderBase binder, SegmentationService.SegmentationServiceBase? service) =>
        SegmentationService.BindService(new SegmentationMethods(binder), service!);

    protected override Marshaller<TResponse> Answers<TResponse>(Marshaller<TResponse> marshaller)
    {
        return Marshallers.Create<TResponse>(Write, marshaller.ContextualDeserializer);

        void Write(TResponse response, SerializationContext context)
        {
            var message = (IMessage)response;
            var size = message.CalculateSize();
            if (size > OnePiece)
            {
                marshaller.ContextualSerializer(response, context);
                return;
            }

            context.SetPayloadLength(size);
            var writer = context.GetBufferWriter();
            message.WriteTo(writer.GetSpan(size)[..size]);
            writer.Advance(size);
            context.Complete();
        }
    }
}
