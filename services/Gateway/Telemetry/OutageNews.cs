namespace Segmentation.Gateway.Telemetry;

/// <summary>Decides when to log that something is out of reach, and that it is back.</summary>
internal enum OutageNews
{
    /// <summary>Nothing, or nothing yet again.</summary>
    None,

    /// <summary>It is away.</summary>
    Away,

    /// <summary>It is there again.</summary>
    Back,
}
