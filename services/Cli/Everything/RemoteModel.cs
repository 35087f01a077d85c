using System.Net;
using System.Security.Authentication;
using System.Text.Json;
using Segmentation.Cli.Commands;
using Segmentation.Cli.Segmenting;

namespace Segmentation.Cli.Everything;

/// <summary>Asks a server for its model, so that results of other models can be distinguished.</summary>
internal static class RemoteModel
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Returns the digest of the server's model, for <see cref="SearchSettings.Model"/>. If only gRPC reaches the
    /// server: <c>of</c> and its address, on the assumption that a server keeps its model.
    /// </summary>
    /// <param name="server">The server.</param>
    /// <param name="model">Id of the model; null for the server's default.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="CliException">The server cannot be reached.</exception>
    public static async Task<string> DescribeAsync(
        ServerConnection server, string? model, CancellationToken cancellationToken)
    {
        using var client = server.CreateHttpClient();
        client.Timeout = _patience;
        var path = model is null ? "/v1/model" : $"/v1/models/{Uri.EscapeDataString(model)}";
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(server.Address, path))
        {
            // The gRPC port speaks only HTTP/2.
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        if (server.Credential() is { } credential)
        {
            request.Headers.TryAddWithoutValidation("authorization", $"Bearer {credential}");
        }

        try
        {
            using var response = await client.SendAsync(request, cancellationToken).ConfigureAwait(false);
            var body = await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
            return (response.IsSuccessStatusCode ? Digest(body) : null) ?? $"{model} of {server}".Trim();
        }
        catch (HttpRequestException error) when (error.InnerException is AuthenticationException unbelieved)
        {
            throw new CliException(ServerErrors.Unbelieved(server, unbelieved), innerException: error);
        }
        catch (HttpRequestException error)
        {
            // An address without HTTP/2 may be the server's other port.
            var other = await ServerProbe.AskAsync(server).ConfigureAwait(false);
            throw new CliException(
                other ?? $"{server} cannot be reached or is not ready: {error.Message}", innerException: error);
        }
        catch (TaskCanceledException error) when (!cancellationToken.IsCancellationRequested)
        {
            throw new CliException($"{server} has not answered for {_patience.TotalSeconds} s.", innerException: error);
        }
    }

    private static string? Digest(byte[] body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return json.RootElement.ValueKind == JsonValueKind.Object
                && json.RootElement.TryGetProperty("digest", out var digest)
                && digest.ValueKind == JsonValueKind.String
                ? digest.GetString()
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
