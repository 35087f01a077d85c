using Microsoft.Extensions.Configuration;

namespace Segmentation.Common.Configuration;

/// <summary>Reads the name of the cluster that gateways, encoders and silos of one deployment share.</summary>
public static class ClusterId
{
    /// <summary>The configuration key.</summary>
    public const string Key = "Segmentation:Cluster:Id";

    /// <summary>The name where none is configured.</summary>
    public const string Default = "segmentation";

    /// <summary>Reads the name.</summary>
    public static string Of(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return configuration[Key] is { Length: > 0 } id ? id : Default;
    }
}
