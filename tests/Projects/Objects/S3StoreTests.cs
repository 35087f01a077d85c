using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Segmentation.Projects.Objects;

namespace Segmentation.Projects.Tests.Objects;

public sealed class S3StoreTests : ObjectStoreTests
{
    private S3Server _server = null!;
    private S3Access _access = null!;

    public override async ValueTask DisposeAsync()
    {
        _access.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task WriteAsync_LargeObject_HoldsOnePartAtATime()
    {
        await WriteAsync("large", new byte[40 * 1024 * 1024]);

        Assert.Equal(8 * 1024 * 1024, _server.LargestBody);
        Assert.Equal(0, _server.OpenUploads);
        Assert.True(_server.Objects.ContainsKey("installation/large"));
    }

    [Fact]
    public async Task WriteAsync_ContentFailsAfterAPart_AbortsTheUpload()
    {
        await Assert.ThrowsAsync<IOException>(
            () => Store.WriteAsync("cut", new BrokenStream(20 * 1024 * 1024), Cancel));

        Assert.Equal(0, _server.OpenUploads);
    }

    [Fact]
    public async Task WriteAsync_ServerFailsOnce_IsRepeated()
    {
        _server.Failures.Enqueue(HttpStatusCode.ServiceUnavailable);

        await WriteAsync("again", [1, 2, 3]);

        Assert.Equal(new byte[] { 1, 2, 3 }, await ReadAsync("again"));
    }

    [Fact]
    public async Task WriteAsync_WrongSecret_SaysWhatTheServerSaid()
    {
        using var access = Access(new ObjectStoreOptions { SecretAccessKey = "another" });
        var store = new S3Store(access.Client, S3Server.Bucket, "", null, TimeProvider.System);

        var error = await Assert.ThrowsAsync<IOException>(() => store.WriteAsync("a", new MemoryStream([1]), Cancel));

        Assert.Contains("'a'", error.Message, StringComparison.Ordinal);
        Assert.Contains("SignatureDoesNotMatch", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WriteAsync_SecretInAFileChanges_TakesTheNewOne()
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, "old\n", Cancel);
            using var access = Access(new ObjectStoreOptions { SecretAccessKeyFile = file });
            var store = new S3Store(access.Client, S3Server.Bucket, "", null, TimeProvider.System);
            await Assert.ThrowsAsync<IOException>(() => store.WriteAsync("a", new MemoryStream([1]), Cancel));

            await File.WriteAllTextAsync(file, S3Server.Secret + "\n", Cancel);
            await store.WriteAsync("a", new MemoryStream([1]), Cancel);

            Assert.Equal(1, await store.FindAsync("a", Cancel));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task PresignAsync_Address_DownloadsWithoutCredentials()
    {
        await WriteAsync("results/7", [5, 6]);
        var store = new S3Store(
            _access.Client, S3Server.Bucket, "installation/", _access.Public, TimeProvider.System);

        var address = await store.PresignAsync("results/7", "Zürich \"1\".zip", TimeSpan.FromMinutes(5), Cancel);

        using var client = new HttpClient();
        using var answer = await client.GetAsync(address, Cancel);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(new byte[] { 5, 6 }, await answer.Content.ReadAsByteArrayAsync(Cancel));
        Assert.Equal("attachment", answer.Content.Headers.ContentDisposition!.DispositionType);
        Assert.Equal("Zürich \"1\".zip", answer.Content.Headers.ContentDisposition.FileNameStar);
        using var forged = await client.GetAsync(
            address!.ToString().Replace("results/7", "results/8", StringComparison.Ordinal), Cancel);
        Assert.Equal(HttpStatusCode.Forbidden, forged.StatusCode);
    }

    [Fact]
    public async Task PresignAsync_NotAllowed_HasNoAddress() =>
        Assert.Null(await Store.PresignAsync("a", "a.zip", TimeSpan.FromMinutes(5), Cancel));

    private protected override async ValueTask<IObjectStore> OpenAsync()
    {
        _server = await S3Server.StartAsync();
        _access = Access(new ObjectStoreOptions { SecretAccessKey = S3Server.Secret });
        return new S3Store(_access.Client, S3Server.Bucket, "installation/", null, TimeProvider.System);
    }

    private S3Access Access(ObjectStoreOptions options)
    {
        options.Endpoint = _server.Address.ToString();
        options.Region = S3Server.Region;
        options.AccessKeyId = S3Server.AccessKeyId;
        return new S3Access(Options.Create(options), TimeProvider.System, NullLogger<S3Access>.Instance);
    }
}
