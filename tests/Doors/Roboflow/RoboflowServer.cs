using System.Net;
using System.Text.Json;
using Segmentation.Doors.Tests.Hosting;

namespace Segmentation.Doors.Tests.Roboflow;

/// <summary>A server with the door for roboflow's clients open.</summary>
public sealed class RoboflowServer()
    : OpenDoor("roboflow", "Doors:Roboflow:Enabled=true", "Doors:Roboflow:Versions:vit_x=none-such")
{
    /// <summary>The photograph as requests have it.</summary>
    public static string Image { get; } = $$"""{"type":"base64","value":"{{PhotoText}}"}""";

    /// <summary>Asks a route.</summary>
    /// <param name="route">The route.</param>
    /// <param name="body">JSON; PHOTO stands for the photograph.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task<HttpResponseMessage> AskAsync(string route, string body, CancellationToken cancellationToken) =>
        Client.PostAsync(route, Json(body.Replace("PHOTO", Image, StringComparison.Ordinal)), cancellationToken);

    /// <summary>The JSON that a route answers.</summary>
    public async Task<JsonDocument> ReadAsync(string route, string body, CancellationToken cancellationToken)
    {
        using var answer = await AskAsync(route, body, cancellationToken);
        var text = await answer.Content.ReadAsStringAsync(cancellationToken);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, text);
        return JsonDocument.Parse(text);
    }

    /// <summary>The bytes that a route answers.</summary>
    public async Task<byte[]> BytesAsync(string route, string body, CancellationToken cancellationToken)
    {
        using var answer = await AskAsync(route, body, cancellationToken);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("application/octet-stream", answer.Content.Headers.ContentType?.MediaType);
        return await answer.Content.ReadAsByteArrayAsync(cancellationToken);
    }
}
