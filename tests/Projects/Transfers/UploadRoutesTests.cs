using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Segmentation.Projects.Objects;
using Segmentation.Projects.Tests.Fixtures;
using Segmentation.Projects.Transfers.Uploads;

namespace Segmentation.Projects.Tests.Transfers;

public sealed class UploadRoutesTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [OnBothDatabases]
    public async Task Append_OfParts_JoinsThem(DatabaseKind kind)
    {
        await using var project = await TransferProject.CreateAsync(kind);
        var file = Enumerable.Range(0, 100_000).Select(i => (byte)(i * 31)).ToArray();
        var id = await TransferProject.UploadAsync(project.Project.Server, project.Id, "a.zip", file, 30_000);
        var store = project.Project.Server.Services.GetRequiredService<UploadStore>();

        var row = await store.FindForWorkAsync("acme", Guid.Parse(id), Token);
        using var joined = new MemoryStream();
        await store.CopyAsync(row, joined, Token);

        Assert.Equal(file, joined.ToArray());
    }

    [Theory]
    [OnBothDatabases]
    public async Task Append_AtAnotherOffset_TellsTheTrueOne(DatabaseKind kind)
    {
        await using var project = await TransferProject.CreateAsync(kind);
        using var mia = project.Project.Server.RestAs("mia");
        var id = await CreateAsync(mia, project.Id, 100);
        using var first = await TransferProject.AppendAsync(mia, project.Id, id, 0, new byte[40]);

        using var again = await TransferProject.AppendAsync(mia, project.Id, id, 0, new byte[40]);
        using var head = await mia.SendAsync(
            new HttpRequestMessage(HttpMethod.Head, $"/v1/projects/{project.Id}/uploads/{id}"), Token);

        Assert.Equal(HttpStatusCode.NoContent, first.StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, again.StatusCode);
        Assert.Equal("40", again.Headers.GetValues("Upload-Offset").Single());
        Assert.Equal("40", head.Headers.GetValues("Upload-Offset").Single());
        Assert.Equal("100", head.Headers.GetValues("Upload-Length").Single());
    }

    [Fact]
    public async Task Append_TwoAtOnce_OneCounts()
    {
        await using var project = await TransferProject.CreateAsync();
        using var mia = project.Project.Server.RestAs("mia");
        var id = await CreateAsync(mia, project.Id, 100_000);

        var answers = await Task.WhenAll(Enumerable.Range(1, 4).Select(
            length => TransferProject.AppendAsync(mia, project.Id, id, 0, Filled(length * 10_000, (byte)length))));
        var kept = int.Parse(
            answers.Single(answer => answer.StatusCode == HttpStatusCode.NoContent).Headers.GetValues("Upload-Offset").Single(),
            System.Globalization.CultureInfo.InvariantCulture);
        using var rest = await TransferProject.AppendAsync(mia, project.Id, id, kept, new byte[100_000 - kept]);
        var store = project.Project.Server.Services.GetRequiredService<UploadStore>();
        using var joined = new MemoryStream();
        await store.CopyAsync(await store.FindForWorkAsync("acme", Guid.Parse(id), Token), joined, Token);

        Assert.Equal([.. Filled(kept, (byte)(kept / 10_000)), .. new byte[100_000 - kept]], joined.ToArray());
        Array.ForEach(answers, answer => answer.Dispose());
    }

    [Fact]
    public async Task Append_MoreThanAnnounced_IsRefused()
    {
        await using var project = await TransferProject.CreateAsync();
        using var mia = project.Project.Server.RestAs("mia");
        var id = await CreateAsync(mia, project.Id, 10);

        using var answer = await TransferProject.AppendAsync(mia, project.Id, id, 0, new byte[11]);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("10 bytes that were announced", await answer.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Create_SameIdAgain_TellsWhatHasArrived()
    {
        await using var project = await TransferProject.CreateAsync();
        using var mia = project.Project.Server.RestAs("mia");
        var id = Guid.CreateVersion7().ToString();
        await CreateAsync(mia, project.Id, 100, id);
        using var part = await TransferProject.AppendAsync(mia, project.Id, id, 0, new byte[30]);

        using var again = await mia.PostAsJsonAsync(
            $"/v1/projects/{project.Id}/uploads", new { id, name = "a.zip", sizeBytes = 100 }, Token);
        using var other = await mia.PostAsJsonAsync(
            $"/v1/projects/{project.Id}/uploads", new { id, name = "a.zip", sizeBytes = 101 }, Token);

        Assert.Equal(30, (await again.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("offset").GetInt64());
        Assert.Equal(HttpStatusCode.Conflict, other.StatusCode);
    }

    [Fact]
    public async Task Uploads_OfAnotherTenantOrRole_AreNotThere()
    {
        await using var project = await TransferProject.CreateAsync();
        using var mia = project.Project.Server.RestAs("mia");
        using var anna = project.Project.Server.RestAs("anna");
        using var stranger = project.Project.Server.RestAs("mia", "other");
        var restore = await CreateAsync(mia, "restore", 10);

        using var byAnnotator = await anna.PostAsJsonAsync(
            $"/v1/projects/{project.Id}/uploads", new { name = "a", sizeBytes = 1 }, Token);
        using var byStranger = await stranger.SendAsync(
            new HttpRequestMessage(HttpMethod.Head, $"/v1/projects/restore/uploads/{restore}"), Token);

        Assert.Equal(HttpStatusCode.Forbidden, byAnnotator.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, byStranger.StatusCode);
    }

    [Fact]
    public async Task Create_BeyondTheTenantsBytes_IsRefused()
    {
        await using var project = await TransferProject.CreateAsync(
            configure: builder => Set(builder, "MaxUploadBytesPerTenant", "1000"));
        using var mia = project.Project.Server.RestAs("mia");
        await CreateAsync(mia, project.Id, 600);

        using var answer = await mia.PostAsJsonAsync(
            $"/v1/projects/{project.Id}/uploads", new { name = "b.zip", sizeBytes = 600 }, Token);

        Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
        Assert.Contains("600 bytes, and all may have 1000", await answer.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task DeleteExpired_AfterADay_TakesPartsAway()
    {
        await using var project = await TransferProject.CreateAsync();
        var server = project.Project.Server;
        var id = await TransferProject.UploadAsync(server, project.Id, "a.zip", new byte[100]);
        await using (var db = project.Project.Open())
        {
            db.Uploads.Single().ExpireTime = TimeProvider.System.GetUtcNow() - TimeSpan.FromSeconds(1);
            db.ChangeTracker.DetectChanges();
            await db.SaveChangesAsync(Token);
        }

        await server.Services.GetRequiredService<UploadStore>().DeleteExpiredAsync(Token);

        using var mia = server.RestAs("mia");
        using var head = await mia.SendAsync(
            new HttpRequestMessage(HttpMethod.Head, $"/v1/projects/{project.Id}/uploads/{id}"), Token);
        Assert.Equal(HttpStatusCode.NotFound, head.StatusCode);
        var left = server.Services.GetRequiredService<IObjectStore>().ListAsync("acme/uploads/", "", Token);
        Assert.Empty(await left.ToListAsync(Token));
    }

    internal static void Set(WebApplicationBuilder builder, string key, string value) =>
        builder.Configuration.AddInMemoryCollection(
            new Dictionary<string, string?> { [$"Segmentation:Projects:Transfers:{key}"] = value });

    private static byte[] Filled(int length, byte value)
    {
        var bytes = new byte[length];
        bytes.AsSpan().Fill(value);
        return bytes;
    }

    private static async Task<string> CreateAsync(HttpClient client, string project, long size, string? id = null)
    {
        using var created = await client.PostAsJsonAsync(
            $"/v1/projects/{project}/uploads", new { id, name = "a.zip", sizeBytes = size }, Token);
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        return (await created.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("id").GetString()!;
    }
}
