using Google.Protobuf;
using Grpc.Core;

namespace Segmentation.Gateway.Errors;

/// <summary>
/// Binds methods whose requests are refused in words when their bytes are no message. The server library takes such
/// bytes for a bug of the handler: it answers UNKNOWN without a reason and logs a stack for each.
/// </summary>
internal class CheckedMethods(ServiceBinderBase inner) : ServiceBinderBase
{
    /// <summary>The error for bytes that are no message.</summary>
    /// <param name="message">The message's name, for example <c>SegmentRequest</c>.</param>
    public static RpcStatus NoMessage(string message) => Problem.Invalid(
        "message",
        $"The bytes are no {message}: they are cut, damaged, or of another message. Send them as generated code writes "
            + "them.",
        "INVALID_MESSAGE");

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

    /// <summary>How the answers of a method are written.</summary>
    protected virtual Marshaller<TResponse> Answers<TResponse>(Marshaller<TResponse> marshaller)
        where TResponse : class => marshaller;

    private Method<TRequest, TResponse> Checked<TRequest, TResponse>(Method<TRequest, TResponse> method)
        where TRequest : class
        where TResponse : class
    {
        var read = method.RequestMarshaller.ContextualDeserializer;
        var requests = Marshallers.Create(method.RequestMarshaller.ContextualSerializer, Read);
        return new(method.Type, method.ServiceName, method.Name, requests, Answers(method.ResponseMarshaller));

        TRequest Read(DeserializationContext context)
        {
            try
            {
                return read(context);
            }
            catch (InvalidProtocolBufferException)
            {
                throw NoMessage(typeof(TRequest).Name).ToRpcException();
            }
        }
    }
}
