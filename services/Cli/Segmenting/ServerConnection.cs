using Segmentation.Cli.Commands;
using Segmentation.Client;

namespace Segmentation.Cli.Segmenting;

/// <summary>A server that does the work, and the credential for it.</summary>
/// <param name="address">The server's gRPC address.</param>
/// <param name="key">An API key or a token; null: none, or the file's.</param>
/// <param name="keyFile">
/// File with an API key or a token, read anew for each call, so that a long run survives an exchange of keys.
/// </param>
internal sealed class ServerConnection(Uri address, string? key, FileInfo? keyFile)
{
    /// <summary>The server's gRPC address.</summary>
    public Uri Address => address;

    /// <summary>A client of the server.</summary>
    public SegmentationClient Connect() => new(address, new SegmentationClientOptions
    {
        ApiKey = keyFile is null ? key : null,
        CredentialProvider = keyFile is null ? null : _ => ValueTask.FromResult(Read(keyFile)),
    });

    /// <summary>The credential; null: none.</summary>
    /// <exception cref="CliException">The file cannot be read, or is empty.</exception>
    public string? Credential() => keyFile is null ? key : Read(keyFile);

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
