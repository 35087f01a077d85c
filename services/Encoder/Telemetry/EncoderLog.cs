using Segmentation.Sam.Runtime;

namespace Segmentation.Encoder.Telemetry;

internal static partial class EncoderLog
{
    [LoggerMessage(1, LogLevel.Error, "Encoding an image failed.")]
    public static partial void EncodingFailed(ILogger logger, Exception error);

    [LoggerMessage(
        3, LogLevel.Information, "Listening. gRPC (HTTP/2): {Grpc}, HTTP/1.1: {Http}, operators: {Operators}")]
    public static partial void Listening(ILogger logger, Uri grpc, Uri http, Uri operators);

    [LoggerMessage(
        4,
        LogLevel.Information,
        "Known mask of {Model} found on {Provider} in batches up to {BatchSize}. Least IoU: {IoU:0.0000}")]
    public static partial void Parity(
        ILogger logger, string model, ExecutionProvider provider, int batchSize, double iou);
}
