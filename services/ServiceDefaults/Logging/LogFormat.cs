namespace Segmentation.ServiceDefaults.Logging;

/// <summary>Form of log lines: <c>Segmentation:Logging:Format</c>.</summary>
public enum LogFormat
{
    /// <summary>For people: a line an event, stack traces below it.</summary>
    Text,

    /// <summary>For machines: a JSON object a line.</summary>
    Json,
}
