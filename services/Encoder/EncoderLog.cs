using Microsoft.Extensions.Logging;
using Segmentation.Sam.Runtime;

namespace Segmentation.Encoder;

internal static partial class EncoderLog
{
    [LoggerMessage(1, LogLevel.Error, "Encoding an image failed.")]
    public static partial void EncodingFailed(ILogger logger, Exception error);

    [LoggerMessage(2, LogLevel.Information, "Encoder of {Model} ready on {Provider}. Workers: {Workers}.")]
    public static partial void Ready(ILogger logger, string model, ExecutionProvider provider, int workers);
}
