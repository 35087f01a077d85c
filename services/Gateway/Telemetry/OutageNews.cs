namespace Segmentation.Gateway.Telemetry;

/// <summary>What is to be said about something that may be away.</summary>
internal enum OutageNews
{
    /// <summary>Nothing, or nothing yet again.</summary>
    None,

    /// <summary>It is away.</summary>
    Away,

    /// <summary>It is there again.</summary>
    Back,
}
