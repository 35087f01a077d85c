using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Segmentation.Cli.Segmenting;

namespace Segmentation.Cli.Diagnosis;

/// <summary>Asks a server's gRPC port, in HTTP/2, for the routes that have JSON.</summary>
internal sealed class ServerWords : IDisposable
{
    private const long MaxBytes = 1 << 20;

    private readonly ServerConnection _server;
    private readonly TimeProvider _clock;
    private readonly HttpClient _client;

    /// <param name="server">The server.</param>
    /// <param name="clock">Measures the answer's time.</param>
    public ServerWords(ServerConnection server, TimeProvider clock)
    {
        (_server, _clock) = (server, clock);
        _client = server.CreateHttpClient();
        _client.MaxResponseContentBufferSize = MaxBytes;
    }

    /// <summary>Asks a route.</summary>
    /// <param name="path">The route, without a slash before it.</param>
    /// <param name="credential">An API key or a token; null: none is sent.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="HttpRequestException">Nobody answers in HTTP/2.</exception>
    public async Task<ServerWord> AskAsync(string path, string? credential, CancellationToken cancellationToken)
    {
        // A user and a password of the address are not sent: no server of ours reads them.
        var address = new UriBuilder(_server.Address) { UserName = "", Password = "" }.Uri;
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(address, path))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        if (credential is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", credential);
        }

        var (sent, started) = (_clock.GetUtcNow(), _clock.GetTimestamp());
        using var answer = await _client.SendAsync(request, cancellationToken).ConfigureAwait(false);
        var text = await answer.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
        var elapsed = _clock.GetElapsedTime(started);
        return new ServerWord(answer.StatusCode, text, Parse(text), sent + (elapsed / 2), elapsed, answer.Headers.Date);
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private static JsonElement? Parse(string text)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            return json.RootElement.ValueKind == JsonValueKind.Object ? json.RootElement.Clone() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>An answer.</summary>
/// <param name="Status">The status.</param>
/// <param name="Text">The body.</param>
/// <param name="Json">The body as a JSON object; null: it is none.</param>
/// <param name="Time">Time of this machine's clock at which the server answered, as far as one can know.</param>
/// <param name="Elapsed">Time from the question to the answer.</param>
/// <param name="Date">The answer's own date, in whole seconds; null: it has none.</param>
internal sealed record ServerWord(
    HttpStatusCode Status, string Text, JsonElement? Json, DateTimeOffset Time, TimeSpan Elapsed, DateTimeOffset? Date)
{
    /// <summary>A property of the object; null where it has none, or another kind of value.</summary>
    public string? TextOf(string name) =>
        Json is { } json && json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    /// <summary>A time of the object; null where it has none.</summary>
    public DateTimeOffset? TimeOf(string name) =>
        Json is { } json && json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            && value.TryGetDateTimeOffset(out var time)
            ? time
            : null;

    /// <summary>A number of the object; null where it has none.</summary>
    public int? NumberOf(string name) =>
        Json is { } json && json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number
            && value.TryGetInt32(out var number)
            ? number
            : null;
}
