using Google.Protobuf;
using Grpc.Core;
using Segmentation.Gateway.Errors;
using Segmentation.Gateway.ProtoJson;

namespace Segmentation.Gateway.Rest;

/// <summary>A server's stream as JSON: one object a line, each sent as soon as it is known.</summary>
internal sealed class JsonLines<T>(HttpContext context) : IServerStreamWriter<T>, IDisposable
    where T : class
{
    private static ReadOnlyMemory<byte> NewLine { get; } = "\n"u8.ToArray();

    private readonly MessageWriter _writer = new(context.Response.BodyWriter);

    public WriteOptions? WriteOptions { get; set; }

    public Task WriteAsync(T message) => WriteAsync(message, context.RequestAborted);

    public async Task WriteAsync(T message, CancellationToken cancellationToken)
    {
        if (!context.Response.HasStarted)
        {
            context.Response.ContentType = JsonForm.MediaType;
        }

        try
        {
            await _writer.WriteAsync((IMessage)message, cancellationToken);
            await context.Response.BodyWriter.WriteAsync(NewLine, cancellationToken);
        }
        catch (Exception exception) when (
            exception is IOException or InvalidOperationException && !cancellationToken.IsCancellationRequested)
        {
            throw new CallerLeftException(exception);
        }
    }

    public void Dispose() => _writer.Dispose();
}
