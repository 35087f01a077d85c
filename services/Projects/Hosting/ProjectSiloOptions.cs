namespace Segmentation.Projects.Hosting;

/// <summary>
/// Addresses of a silo of projects in a cluster; configuration section <see cref="Section"/>. Not read without
/// <c>Segmentation:Redis:Cluster</c>: the process is alone then.
/// </summary>
internal sealed class ProjectSiloOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Segmentation:Projects:Silo";

    /// <summary>
    /// IP address under which other silos of projects reach this one, which listens on all interfaces. Empty: the first
    /// address of this machine that is not loopback.
    /// </summary>
    public string AdvertisedAddress { get; set; } = "";

    /// <summary>Port for other silos of projects. Default 11112.</summary>
    public int SiloPort { get; set; } = 11112;
}
