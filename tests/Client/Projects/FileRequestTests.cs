using System.Net;
using System.Text;
using Segmentation.Client.Projects;

namespace Segmentation.Client.Tests.Projects;

/// <summary>Requests for files as they leave the client.</summary>
public sealed class FileRequestTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("client-files-");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Target => Path.Combine(_folder.FullName, "result.zip");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Download_OnBehalfOfATenant_NamesTenantAndCredential()
    {
        var sent = new List<HttpRequestMessage>();
        using var client = Client(sent, _ => File("whole"));

        await client.Transfers.DownloadAsync("p", 7, Target, cancellationToken: Cancel);

        var request = Assert.Single(sent);
        Assert.Equal("/v1/projects/p/transfers/7/file", request.RequestUri!.AbsolutePath);
        Assert.Equal(HttpVersion.Version20, request.Version);
        Assert.Equal("Bearer key", Assert.Single(request.Headers.GetValues("authorization")));
        Assert.Equal("acme", Assert.Single(request.Headers.GetValues("x-segmentation-tenant")));
    }

    [Fact]
    public async Task Download_ServerNamesTheObjectStore_GivesItNoCredentialAndSpeaksHttp1()
    {
        var sent = new List<HttpRequestMessage>();
        using var client = Client(sent, request => request.RequestUri!.Host == "store.example"
            ? File("from the store")
            : new HttpResponseMessage(HttpStatusCode.Redirect)
            {
                Headers = { Location = new Uri("http://store.example/bucket/7?signature=s") },
            });

        await client.Transfers.DownloadAsync("p", 7, Target, cancellationToken: Cancel);

        Assert.Equal("from the store", await System.IO.File.ReadAllTextAsync(Target, Cancel));
        Assert.Equal(2, sent.Count);
        Assert.Equal(HttpVersion.Version11, sent[1].Version);
        Assert.False(sent[1].Headers.Contains("authorization"));
        Assert.False(sent[1].Headers.Contains("x-segmentation-tenant"));
    }

    private static HttpResponseMessage File(string text) =>
        new(HttpStatusCode.OK) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(text)) };

    private static ProjectsClient Client(
        List<HttpRequestMessage> sent, Func<HttpRequestMessage, HttpResponseMessage> answer) => new(
            new Uri("http://server.example:7080"),
            new SegmentationClientOptions
            {
                ApiKey = "key", Tenant = "acme", MaxReconnects = 0, Handler = () => new Answering(sent, answer),
            });

    private sealed class Answering(
        List<HttpRequestMessage> sent, Func<HttpRequestMessage, HttpResponseMessage> answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request, CancellationToken cancellationToken)
        {
            sent.Add(request);
            return Task.FromResult(answer(request));
        }
    }
}
