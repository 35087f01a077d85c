namespace Segmentation.ServiceDefaults.Logging;

/// <summary>How log lines look: <c>Segmentation:Logging:Format</c>.</summary>
public enum LogFormat
{
    /// <summary>For people: a line an event, stack traces below it.</summary>
    Text,

    /// <summary>For machines: a JSON object a line.</summary>
    Json,
}
