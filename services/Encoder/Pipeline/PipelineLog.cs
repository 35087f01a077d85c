using Segmentation.Sam.Runtime;

namespace Segmentation.Encoder.Pipeline;

/// <summary>Log of models that are open.</summary>
internal static partial class PipelineLog
{
    [LoggerMessage(1, LogLevel.Information, "Encoder of {Model} ready on {Provider} in {Precision}. Workers: {Workers}.")]
    public static partial void Ready(
        ILogger logger, string model, ExecutionProvider provider, EncoderPrecision precision, int workers);
}
