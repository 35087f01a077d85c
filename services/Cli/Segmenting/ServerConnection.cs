using System.Security.Cryptography.X509Certificates;
using Segmentation.Cli.Commands;
using Segmentation.Client;
using Segmentation.Client.Projects;

namespace Segmentation.Cli.Segmenting;

/// <summary>A server that does the work, the credential for it, and whom to believe that it is the server.</summary>
/// <param name="address">The server's gRPC address.</param>
/// <param name="key">An API key or a token; null: none, or the file's.</param>
/// <param name="keyFile">
/// File with an API key or a token, read anew for each call, so that a long run survives an exchange of keys.
/// </param>
/// <param name="authorities">Roots that sign the server's certificate; null for those of the system.</param>
internal sealed class ServerConnection(
    Uri address, string? key, FileInfo? keyFile, X509Certificate2Collection? authorities)
{
    /// <summary>The server's gRPC address.</summary>
    public Uri Address => address;

    /// <summary>A client of the server.</summary>
    public SegmentationClient Connect() => new(address, Options());

    /// <summary>A client of the server's projects.</summary>
    /// <param name="maxReconnects">Connections that a call tries in a row before it fails.</param>
    public ProjectsClient ConnectProjects(int maxReconnects) =>
        new(address, Options() with { MaxReconnects = maxReconnects });

    /// <summary>A client for requests beside gRPC.</summary>
    public HttpClient CreateHttpClient() => new(PrivateAuthorities.HandlerOf(authorities) ?? new SocketsHttpHandler());

    /// <summary>The address, without a password that may be in it.</summary>
    public override string ToString() => ServerAddress.Written(address);

    /// <summary>The credential; null: none.</summary>
    /// <exception cref="CliException">The file cannot be read, or is empty.</exception>
    public string? Credential() => keyFile is null ? key : Read(keyFile);

    private SegmentationClientOptions Options() => new()
    {
        ApiKey = keyFile is null ? key : null,
        Authorities = authorities,
        CredentialProvider = keyFile is null ? null : _ => ValueTask.FromResult(Read(keyFile)),
    };

    private static string Read(FileInfo file)
    {
        try
        {
            var text = File.ReadAllText(file.FullName).Trim();
            return text.Length > 0 ? text : throw new CliException($"--api-key-file: {file} is empty.");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CliException($"--api-key-file: {error.Message}", innerException: error);
        }
    }
}
