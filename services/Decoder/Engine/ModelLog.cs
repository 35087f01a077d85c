namespace Segmentation.Decoder.Engine;

/// <summary>Log of models that come into memory and leave it.</summary>
internal static partial class ModelLog
{
    [LoggerMessage(1, LogLevel.Information, "Model {Model} is loaded, in {Seconds:0.0} s.")]
    public static partial void Loaded(ILogger logger, string model, double seconds);

    [LoggerMessage(
        2,
        LogLevel.Warning,
        "Model {Model} left the memory to make room for another. Segmentation:Decoder:ModelBytes is the room.")]
    public static partial void Evicted(ILogger logger, string model);
}
