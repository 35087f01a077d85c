namespace Segmentation.Common.Tls;

/// <summary>Reads PEM files.</summary>
internal static class PemFile
{
    /// <summary>Time between two looks at files that may change.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    /// <summary>Reads a file.</summary>
    /// <exception cref="CertificateFilesException">The file cannot be read.</exception>
    public static byte[] Read(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CertificateFilesException($"'{path}' cannot be read: {error.Message}", error);
        }
    }
}
