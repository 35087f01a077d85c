using System.Net;
using System.Text.Json;
using Segmentation.Identity;
using Segmentation.Identity.Keys;

namespace Segmentation.Standalone.Tests;

/// <summary>The audit log of the real program, as a log store gets it.</summary>
public sealed class AuditTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Upload_WithAKeyAndWithout_IsAuditedAsJson()
    {
        var folder = Directory.CreateTempSubdirectory("audit");
        var (file, key) = (Path.Combine(folder.FullName, "keys.json"), ApiKey.Create());
        var record = new ApiKeyRecord
        {
            Id = key.Id,
            Hash = key.Hash(),
            Tenant = "anna",
            Name = "robot",
            Scopes = Scopes.Usual,
            Created = TimeProvider.System.GetUtcNow(),
        };
        await KeysFile.ChangeAsync(file, _ => [record], Cancel);
        await using var process = await StandaloneProcess.StartReadyAsync(
            Cancel, $"Segmentation:Identity:KeysFile={file}", "Segmentation:Logging:Format=Json");

        Assert.Equal(HttpStatusCode.Unauthorized, await UploadAsync(process.Http, null));
        Assert.Equal(HttpStatusCode.OK, await UploadAsync(process.Http, key.Text));

        var events = await EventsAsync(process, 2);
        Assert.Equal(("access.refuse", "CREDENTIAL_MISSING", "-"), Of(events[0]));
        Assert.Equal(("image.upload", "ok", "anna"), Of(events[1]));
        var fields = events[1].GetProperty("fields");
        Assert.Equal($"key:{key.Id}", fields.GetProperty("credential").GetString());
        Assert.Equal("robot", fields.GetProperty("subject").GetString());
        Assert.StartsWith("sha256:", fields.GetProperty("target").GetString(), StringComparison.Ordinal);
        Assert.Equal("127.0.0.1", fields.GetProperty("remoteAddress").GetString());
        Assert.Equal(events[1].GetProperty("trace_id").GetString(), fields.GetProperty("traceId").GetString());
        Assert.DoesNotContain(key.Text, process.Output, StringComparison.Ordinal);
        folder.Delete(recursive: true);
    }

    private static (string?, string?, string?) Of(JsonElement line)
    {
        var fields = line.GetProperty("fields");
        return (fields.GetProperty("action").GetString(), fields.GetProperty("result").GetString(),
            fields.GetProperty("tenant").GetString());
    }

    private static async Task<HttpStatusCode> UploadAsync(Uri server, string? key)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server, "/v1/images"));
        request.Content = new ByteArrayContent(await File.ReadAllBytesAsync(Golden.PathOf("coffee.png"), Cancel));
        if (key is not null)
        {
            request.Headers.Add("x-api-key", key);
        }

        using var answer = await client.SendAsync(request, Cancel);
        return answer.StatusCode;
    }

    /// <summary>Waits for so many audit events: another thread writes them.</summary>
    private static async Task<List<JsonElement>> EventsAsync(StandaloneProcess process, int count)
    {
        while (true)
        {
            var events = process.Output.Split('\n')
                .Where(line => line.Contains("\"Segmentation.Audit\"", StringComparison.Ordinal))
                .Select(line => JsonDocument.Parse(line).RootElement)
                .ToList();
            if (events.Count >= count)
            {
                return events;
            }

            await Task.Yield();
            Cancel.ThrowIfCancellationRequested();
        }
    }
}
