using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;
using Google.Rpc;
using Segmentation.Gateway.Tests.Fakes;
using TextEncoding = System.Text.Encoding;

namespace Segmentation.Gateway.Tests.Rest;

/// <summary>HTTP as a script sends it.</summary>
internal static class Http
{
    private static readonly JsonParser _reader = new(JsonParser.Settings.Default.WithTypeRegistry(
        Google.Protobuf.Reflection.TypeRegistry.FromFiles(ErrorDetailsReflection.Descriptor)));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static HttpClient Client(this GatewayHost host) => new() { BaseAddress = host.Addresses.Http };

    public static ByteArrayContent Bytes(byte[] bytes, string? mediaType = "application/octet-stream")
    {
        var content = new ByteArrayContent(bytes);
        content.Headers.ContentType = mediaType is null ? null : MediaTypeHeaderValue.Parse(mediaType);
        return content;
    }

    public static StringContent Json(string json) => new(json, TextEncoding.UTF8, "application/json");

    public static HttpRequestMessage Request(
        HttpMethod method, string path, HttpContent? content = null, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(method, path) { Content = content };
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return request;
    }

    public static async Task<T> ReadAsync<T>(this Task<HttpResponseMessage> answer)
        where T : IMessage, new()
    {
        using var response = await answer;
        var text = await response.Content.ReadAsStringAsync(Cancel);
        Assert.True(response.StatusCode == HttpStatusCode.OK, $"{response.StatusCode}: {text}");
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        return _reader.Parse<T>(text);
    }

    /// <summary>The google.rpc.Status of an answer that must have an HTTP status.</summary>
    public static async Task<RpcStatus> FailsAsync(this Task<HttpResponseMessage> answer, int status)
    {
        using var response = await answer;
        var text = await response.Content.ReadAsStringAsync(Cancel);
        Assert.True((int)response.StatusCode == status, $"{response.StatusCode}: {text}");
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        return _reader.Parse<RpcStatus>(text);
    }
}
