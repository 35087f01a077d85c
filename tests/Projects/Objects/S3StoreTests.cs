using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Segmentation.Projects.Objects;
using Segmentation.Tests.Shared;

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

        var error = await Assert.ThrowsAsync<ObjectStoreException>(
            () => store.WriteAsync("a", new MemoryStream([1]), Cancel));

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
            await Assert.ThrowsAsync<ObjectStoreException>(
                () => store.WriteAsync("a", new MemoryStream([1]), Cancel));

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
    public async Task AnyMethod_ServerIsAway_IsAFailureOfTheStore()
    {
        var server = await S3Server.StartAsync();
        var address = server.Address;
        await server.DisposeAsync();
        using var access = Access(new ObjectStoreOptions { SecretAccessKey = S3Server.Secret, Retries = 0 }, address);
        var store = new S3Store(access.Client, S3Server.Bucket, "", null, TimeProvider.System);

        await Assert.ThrowsAsync<ObjectStoreException>(() => store.FindAsync("a", Cancel));
        await Assert.ThrowsAsync<ObjectStoreException>(() => store.OpenAsync("a", 0, null, Cancel));
        await Assert.ThrowsAsync<ObjectStoreException>(() => store.WriteAsync("a", new MemoryStream([1]), Cancel));
        await Assert.ThrowsAsync<ObjectStoreException>(() => store.DeleteAsync("a", Cancel));
        await Assert.ThrowsAsync<ObjectStoreException>(
            async () => await store.ListAsync("", "", Cancel).GetAsyncEnumerator(Cancel).MoveNextAsync());
    }

    [Fact]
    public async Task FindAsync_ServerDoesNotAnswer_IsAFailureOfTheStore()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        using var access = Access(
            new ObjectStoreOptions
            {
                SecretAccessKey = S3Server.Secret, Retries = 0, Timeout = TimeSpan.FromMilliseconds(200),
            },
            new Uri($"http://{silent.LocalEndpoint}"));
        var store = new S3Store(access.Client, S3Server.Bucket, "", null, TimeProvider.System);

        await Assert.ThrowsAsync<ObjectStoreException>(() => store.FindAsync("a", Cancel));
    }

    [Fact]
    public async Task WriteAsync_CertificateOfAPrivateAuthority_IsBelievedWithThatAuthorityOnly()
    {
        using var certificates = new CertificateFolder();
        using var certificate = certificates.Client("localhost");
        await using var server = await S3Server.StartAsync(certificate);
        var foreign = certificates.Foreign.WriteRoot(certificates.Path("foreign.crt"));

        await WriteToAsync(server.Address, certificates.Authorities);

        Assert.Equal(new byte[] { 1, 2, 3 }, server.Objects["a"]);
        await Assert.ThrowsAsync<ObjectStoreException>(() => WriteToAsync(server.Address, foreign));
        await Assert.ThrowsAsync<ObjectStoreException>(() => WriteToAsync(server.Address, ""));
    }

    [Fact]
    public async Task WriteAsync_CertificateOfAnotherHost_IsNotBelieved()
    {
        using var certificates = new CertificateFolder();
        using var certificate = certificates.Client("elsewhere");
        await using var server = await S3Server.StartAsync(certificate);
        var address = new UriBuilder(server.Address) { Host = "localhost" }.Uri;

        await Assert.ThrowsAsync<ObjectStoreException>(() => WriteToAsync(address, certificates.Authorities));

        Assert.Empty(server.Objects);
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

    private async Task WriteToAsync(Uri address, string authorities)
    {
        using var access = Access(
            new ObjectStoreOptions { SecretAccessKey = S3Server.Secret, AuthoritiesFile = authorities, Retries = 0 },
            address);
        var store = new S3Store(access.Client, S3Server.Bucket, "", null, TimeProvider.System);
        await store.WriteAsync("a", new MemoryStream([1, 2, 3]), Cancel);
    }

    private S3Access Access(ObjectStoreOptions options, Uri? address = null)
    {
        options.Endpoint = (address ?? _server.Address).ToString();
        options.Region = S3Server.Region;
        options.AccessKeyId = S3Server.AccessKeyId;
        return new S3Access(Options.Create(options), TimeProvider.System, NullLogger<S3Access>.Instance);
    }
}
