using Google.Protobuf;
using Grpc.Core;
using Segmentation.Gateway.Answers;
using Segmentation.Protocol.V1;

namespace Segmentation.Gateway.Grpc;

/// <summary>
/// The service's methods with answers that are written in one piece. Protobuf writes a text that does not fit into what
/// is left of a block of the connection's memory, 4 KB, by way of an array; run lengths seldom fit.
/// </summary>
internal sealed class SegmentationMethods(ServiceBinderBase inner) : CheckedMethods(inner)
{
    /// <summary>
    /// Stands for an answer that was sent already: nothing is written for it. The handler of a large answer sends its
    /// pieces at the client's pace; the server library would hold the whole answer in the connection's buffer.
    /// </summary>
    public static SegmentResponse Sent { get; } = new();

    /// <summary>Called by the framework for the routes of <see cref="SegmentationEndpoint"/>.</summary>
    public static void Bind(ServiceBinderBase binder, SegmentationService.SegmentationServiceBase? service) =>
        SegmentationService.BindService(new SegmentationMethods(binder), service!);

    protected override Marshaller<TResponse> Answers<TResponse>(Marshaller<TResponse> marshaller)
    {
        return Marshallers.Create<TResponse>(Write, marshaller.ContextualDeserializer);

        void Write(TResponse response, SerializationContext context)
        {
            if (ReferenceEquals(response, Sent))
            {
                return;
            }

            var message = (IMessage)response;
            var size = message.CalculateSize();
            if (size > AnswerBudget.Small)
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
