namespace Segmentation.Projects.Segmenting;

/// <summary>
/// The gateway that projects ask for embeddings and masks; configuration section <see cref="Section"/>.
/// </summary>
internal sealed class GatewayOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Segmentation:Projects:Gateway";

    /// <summary>
    /// Address of a gateway's gRPC port, for example <c>http://gateway:7080</c>. Empty (the default): none, and runs
    /// and embeddings ahead are refused.
    /// </summary>
    public string Address { get; set; } = "";

    /// <summary>
    /// API key with the scopes <c>upload</c>, <c>segment</c>, <c>everything</c> and <c>impersonate</c>; excludes <see
    /// cref="KeyFile"/>.
    /// </summary>
    public string Key { get; set; } = "";

    /// <summary>File with the key, read again for each call; a line break at its end does not count.</summary>
    public string KeyFile { get; set; } = "";

    /// <summary>PEM file with the roots that sign the gateway's certificate, instead of those of the system.</summary>
    public string AuthoritiesFile { get; set; } = "";
}
