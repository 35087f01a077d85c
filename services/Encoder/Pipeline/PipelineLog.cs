using Segmentation.Sam.Runtime;

namespace Segmentation.Encoder.Pipeline;

internal static partial class PipelineLog
{
    [LoggerMessage(2, LogLevel.Information, "Encoder of {Model} ready on {Provider} in {Precision}. Workers: {Workers}.")]
    public static partial void Ready(
        ILogger logger, string model, ExecutionProvider provider, EncoderPrecision precision, int workers);
}
