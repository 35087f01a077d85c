namespace Segmentation.Redis;

/// <summary>
/// Password and authorities of every connection to a Redis: section <c>Segmentation:Redis</c>, beside the connection
/// strings.
/// </summary>
public sealed class RedisAccessOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Segmentation:Redis";

    /// <summary>
    /// File with the password, for connection strings without one; a line break at its end does not count. It is read
    /// again at each new connection. Empty (the default): only the connection strings name passwords.
    /// </summary>
    public string PasswordFile { get; set; } = "";

    /// <summary>
    /// PEM file with the roots that sign the servers' certificates, instead of those of the system; every connection uses
    /// TLS then. Read again within seconds when it changes. Empty (the default): the system's roots, for connection
    /// strings with <c>ssl=true</c>.
    /// </summary>
    public string AuthoritiesFile { get; set; } = "";
}
