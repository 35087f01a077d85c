namespace Segmentation.Doors.Fetching;

/// <summary>
/// Fetching pictures by URL for the doors that need it: section <c>Segmentation:Doors:Fetching</c>. Off by default.
/// </summary>
public sealed class FetchingOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Segmentation:Doors:Fetching";

    /// <summary>True where pictures are fetched at all. Default false.</summary>
    public bool Enabled { get; set; }

    /// <summary>
    /// Hosts that pictures are fetched from, separated by commas: <c>pictures.example.org</c>, <c>*.example.org</c> for
    /// all names below it, <c>127.0.0.1:8080</c> with a port. Without a port it is 80 and 443. Default empty: none.
    /// </summary>
    public string AllowedHosts { get; set; } = "";

    /// <summary>
    /// Those of them that may have a private address, in the same form without <c>*</c>: a Label Studio in the same
    /// network. Default empty: none.
    /// </summary>
    public string AllowPrivateAddresses { get; set; } = "";

    /// <summary>Bytes of the largest file, also bounded by <c>Uploads:MaxImageBytes</c>. Default 64 MiB.</summary>
    public int MaxBytes { get; set; } = 64 * 1024 * 1024;

    /// <summary>Time for a picture from the first look at its name to its last byte. Default 20 seconds.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>Redirects that are followed, one after the other. Default 3.</summary>
    public int MaxRedirects { get; set; } = 3;

    /// <summary>Fetches of all tenants at a time. Default 64.</summary>
    public int MaxFetches { get; set; } = 64;

    /// <summary>Fetches of one tenant at a time. Default 8.</summary>
    public int MaxFetchesPerTenant { get; set; } = 8;

    /// <summary>Bytes of fetched files in use, at least two of the largest; tenants share them. Default 512 MiB.</summary>
    public long MaxBytesInFlight { get; set; } = 512L * 1024 * 1024;
}
