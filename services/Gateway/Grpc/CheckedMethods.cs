using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Grpc.Health.V1;
using Segmentation.Gateway.Contract;
using Segmentation.Gateway.Errors;
using Segmentation.Gateway.Receiving;
using Segmentation.Protocol.Inference;
using Segmentation.Protocol.V1;
using ServiceDescriptor = Google.Protobuf.Reflection.ServiceDescriptor;

namespace Segmentation.Gateway.Grpc;

/// <summary>
/// Binds methods whose requests are refused in words when their bytes are no message. The server library takes such
/// bytes for a bug of the handler: it answers UNKNOWN without a reason and logs a stack for each.
/// </summary>
internal class CheckedMethods(ServiceBinderBase inner) : ServiceBinderBase
{
    private static readonly ServiceDescriptor[] _ours =
        [
            ImageService.Descriptor, ModelService.Descriptor, SegmentationService.Descriptor, UsageService.Descriptor,
            GRPCInferenceService.Descriptor, .. ProjectContract.Services,
        ];

    private static readonly ServiceDescriptor[] _others =
    [
        Health.Descriptor,
        global::Grpc.Reflection.V1.ServerReflection.Descriptor,
        global::Grpc.Reflection.V1Alpha.ServerReflection.Descriptor,
    ];

    private static readonly Dictionary<string, RequestShape> _requests = _ours.Concat(_others)
        .SelectMany(service => service.Methods)
        .ToDictionary(method => $"/{method.Service.FullName}/{method.Name}", ShapeOf);

    /// <summary>Shape of a method's requests; null for an unknown method.</summary>
    /// <param name="path">The request's path, for example <c>/segmentation.v1.SegmentationService/Segment</c>.</param>
    public static RequestShape? RequestOf(PathString path) => _requests.GetValueOrDefault(path.Value ?? "");

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse>? handler) =>
        inner.AddMethod(Checked(method), handler);

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, ClientStreamingServerMethod<TRequest, TResponse>? handler) =>
        inner.AddMethod(Checked(method), handler);

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse>? handler) =>
        inner.AddMethod(Checked(method), handler);

    public override void AddMethod<TRequest, TResponse>(
        Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse>? handler) =>
        inner.AddMethod(Checked(method), handler);

    /// <summary>Writes the answers of a method.</summary>
    protected virtual Marshaller<TResponse> Answers<TResponse>(Marshaller<TResponse> marshaller)
        where TResponse : class => marshaller;

    // The client of a duplex stream may pause to wait for answers; an upload is one message in pieces.
    private static RequestShape ShapeOf(MethodDescriptor method) => new(
        method.InputType, method.IsClientStreaming && method.IsServerStreaming, _ours.Contains(method.Service));

    private static MessageDescriptor DescriptorOf(Type message) =>
        ((IMessage)Activator.CreateInstance(message)!).Descriptor;

    private Method<TRequest, TResponse> Checked<TRequest, TResponse>(Method<TRequest, TResponse> method)
        where TRequest : class
        where TResponse : class
    {
        var type = DescriptorOf(typeof(TRequest));
        var read = method.RequestMarshaller.ContextualDeserializer;
        var requests = Marshallers.Create(method.RequestMarshaller.ContextualSerializer, Read);
        return new(method.Type, method.ServiceName, method.Name, requests, Answers(method.ResponseMarshaller));

        TRequest Read(DeserializationContext context)
        {
            if (WireScanner.Scan(context.PayloadAsReadOnlySequence(), type) is { } refusal)
            {
                throw refusal.ToProblem(type.Name).ToRpcException();
            }

            try
            {
                return read(context);
            }
            catch (InvalidProtocolBufferException)
            {
                throw Problem.NotAMessage(typeof(TRequest).Name).ToRpcException();
            }
        }
    }
}
