using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Grpc.Core;
using Segmentation.Projects.Objects;
using Segmentation.Projects.Tests.Fixtures;
using Segmentation.Projects.Tests.Pictures.Metadata;
using Segmentation.Protocol.Projects.V1;
using Segmentation.Sam.Images;

namespace Segmentation.Projects.Tests.Pictures.Routes;

public sealed class FileRouteTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task File_PersonalPicture_ComesCleanUnlessTheProjectSaysSo()
    {
        await using var project = await PictureProject.CreateAsync();
        var open = Guid.CreateVersion7();
        await project.AddProjectAsync(open, "open", new ProjectSettings { HandOutMetadata = true });
        var file = PersonalFiles.Of(".jpg", orientation: 6);
        var clean = await project.AddAsync("a.jpg", file);
        var whole = await project.AddAsync("a.jpg", file, metadata => metadata.Project = open.ToString());
        using var vera = project.Server.RestAs("vera");

        var cleanFile = await vera.GetByteArrayAsync(Path(project.Name, clean.Id, "file"), Token);
        var wholeFile = await vera.GetByteArrayAsync(Path(open.ToString(), whole.Id, "file"), Token);

        Assert.Equal(file, wholeFile);
        Assert.True(cleanFile.AsSpan().IndexOf(Encoding.ASCII.GetBytes(PersonalFiles.Secret)) < 0);
        Assert.Equal(6, ImageReader.ReadHeader(cleanFile, ImageLimits.Default).Orientation);
    }

    [Theory]
    [InlineData("file", "image/png")]
    [InlineData("thumbnail", "image/jpeg")]
    public async Task Get_Tag_IsKeptAndPartsAreGiven(string what, string mediaType)
    {
        await using var project = await PictureProject.CreateAsync();
        var picture = await project.AddAsync("a.png", TestImages.File());
        using var vera = project.Server.RestAs("vera");
        var path = Path(project.Name, picture.Id, what);

        using var first = await vera.GetAsync(path, Token);
        var bytes = await first.Content.ReadAsByteArrayAsync(Token);
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        using var again = await vera.SendAsync(request, Token);
        using var part = new HttpRequestMessage(HttpMethod.Get, path);
        part.Headers.Range = new RangeHeaderValue(5, 14);
        using var parted = await vera.SendAsync(part, Token);
        using var head = await vera.SendAsync(new HttpRequestMessage(HttpMethod.Head, path), Token);

        Assert.Equal((HttpStatusCode.OK, mediaType), (first.StatusCode, first.Content.Headers.ContentType!.MediaType));
        Assert.True(first.Headers.CacheControl is { Private: true, MaxAge.TotalDays: 365 });
        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
        Assert.Equal(HttpStatusCode.PartialContent, parted.StatusCode);
        Assert.Equal(bytes[5..15], await parted.Content.ReadAsByteArrayAsync(Token));
        Assert.Equal((HttpStatusCode.OK, bytes.Length), (head.StatusCode, head.Content.Headers.ContentLength));
        Assert.Empty(await head.Content.ReadAsByteArrayAsync(Token));
    }

    [Fact]
    public async Task Thumbnail_LargePictureOnItsSide_IsSmallAndUpright()
    {
        await using var project = await PictureProject.CreateAsync();
        var file = TestImages.File(
            ".jpg", width: 2000, height: 1000, change: image => image.Set(NetVips.GValue.GIntType, "orientation", 6));
        var picture = await project.AddAsync("a.jpg", file);
        using var vera = project.Server.RestAs("vera");

        var thumbnail = await vera.GetByteArrayAsync(Path(project.Name, picture.Id, "thumbnail"), Token);

        Assert.Equal(
            new ImageHeader(128, 256, "image/jpeg"), ImageReader.ReadHeader(thumbnail, ImageLimits.Default));
    }

    [Fact]
    public async Task Thumbnail_Missing_IsMadeAgain()
    {
        await using var project = await PictureProject.CreateAsync();
        var picture = await project.AddAsync("a.png", TestImages.File());
        using var vera = project.Server.RestAs("vera");
        var path = Path(project.Name, picture.Id, "thumbnail");
        var before = await vera.GetByteArrayAsync(path, Token);
        var stored = System.IO.Path.Combine(
            project.Record.Folder, "objects", ObjectKeys.Thumbnail("acme",
                Convert.FromHexString(picture.ImageId[7..])));
        File.Delete(stored);

        var all = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => vera.GetByteArrayAsync(path, Token)));

        Assert.All(all, bytes => Assert.Equal(before, bytes));
        Assert.True(File.Exists(stored));
    }

    [Fact]
    public async Task ReadPicture_Stream_GivesTheSameBytesAsTheRoute()
    {
        await using var project = await PictureProject.CreateAsync();
        var picture = await project.AddAsync("a.jpg", PersonalFiles.Of(".jpg"));
        using var vera = project.Server.RestAs("vera");

        using var call = project.As("vera").ReadPicture(
            new ReadPictureRequest { Project = project.Name, Picture = picture.Id }, cancellationToken: Token);
        using var bytes = new MemoryStream();
        await foreach (var part in call.ResponseStream.ReadAllAsync(Token))
        {
            part.Chunk.WriteTo(bytes);
        }

        Assert.Equal(await vera.GetByteArrayAsync(Path(project.Name, picture.Id, "file"), Token), bytes.ToArray());
    }

    [Theory]
    [InlineData("nobody", "1", HttpStatusCode.NotFound)]
    [InlineData("vera", "99", HttpStatusCode.NotFound)]
    [InlineData("vera", "x", HttpStatusCode.BadRequest)]
    public async Task Get_WrongCallerOrPicture_IsRefused(string subject, string picture, HttpStatusCode expected)
    {
        await using var project = await PictureProject.CreateAsync();
        await project.AddAsync("a.png", TestImages.File());
        using var client = project.Server.RestAs(subject);

        using var answer = await client.GetAsync($"/v1/projects/{project.Name}/pictures/{picture}/file", Token);

        Assert.Equal(expected, answer.StatusCode);
        using var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Token));
        Assert.NotEmpty(problem.RootElement.GetProperty("message").GetString()!);
    }

    [Fact]
    public async Task File_GoneFromTheStore_SaysWhichPictureLacksIt()
    {
        await using var project = await PictureProject.CreateAsync();
        var file = TestImages.File();
        var picture = await project.AddAsync("a.png", file);
        File.Delete(System.IO.Path.Combine(
            project.Record.Folder, "objects", ObjectKeys.Picture("acme", SHA256.HashData(file))));
        using var vera = project.Server.RestAs("vera");

        using var answer = await vera.GetAsync(Path(project.Name, picture.Id, "file"), Token);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var text = await answer.Content.ReadAsStringAsync(Token);
        Assert.Contains("PICTURE_FILE_MISSING", text, StringComparison.Ordinal);
        Assert.Contains("a.png", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Upload_StoreTakesNothing_IsUnavailableAndCanBeRepeated()
    {
        await using var project = await PictureProject.CreateAsync();
        var objects = System.IO.Path.Combine(project.Record.Folder, "objects");
        await File.WriteAllTextAsync(objects, "no folder", Token);
        using var anna = project.Server.RestAs("anna");
        var path = $"/v1/projects/{project.Name}/pictures:upload?name=a.png";

        using var refused = await anna.PostAsync(path, new ByteArrayContent(TestImages.File()), Token);
        var rpc = await Assert.ThrowsAsync<RpcException>(() => project.AddAsync("a.png", TestImages.File()));
        File.Delete(objects);
        using var taken = await anna.PostAsync(path, new ByteArrayContent(TestImages.File()), Token);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.True(refused.Headers.RetryAfter?.Delta > TimeSpan.Zero);
        Assert.Contains(
            "OBJECT_STORE_UNAVAILABLE", await refused.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
        Assert.Equal(StatusCode.Unavailable, rpc.StatusCode);
        Assert.Equal(HttpStatusCode.Created, taken.StatusCode);
    }

    [Fact]
    public async Task Upload_OneBody_IsCreatedAndThenPresent()
    {
        await using var project = await PictureProject.CreateAsync();
        using var anna = project.Server.RestAs("anna");
        var path = $"/v1/projects/{project.Name}/pictures:upload?name=trip/a.png";

        using var first = await anna.PostAsync(path, new ByteArrayContent(TestImages.File()), Token);
        using var second = await anna.PostAsync(path, new ByteArrayContent(TestImages.File()), Token);

        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.OK), (first.StatusCode, second.StatusCode));
        using var picture = JsonDocument.Parse(await first.Content.ReadAsStringAsync(Token));
        Assert.Equal("trip/a.png", picture.RootElement.GetProperty("name").GetString());
        Assert.Equal(48, picture.RootElement.GetProperty("width").GetInt32());
    }

    [Fact]
    public async Task Upload_ManyFiles_EachHasARow()
    {
        await using var project = await PictureProject.CreateAsync();
        await project.AddAsync("old.png", TestImages.File(number: 9));
        using var anna = project.Server.RestAs("anna");
        using var form = new MultipartFormDataContent
        {
            { new ByteArrayContent(TestImages.File(number: 1)), "files", "folder/a.png" },
            { new ByteArrayContent(TestImages.File(number: 9)), "files", "folder/b.png" },
            { new ByteArrayContent("text"u8.ToArray()), "files", "folder/notes.txt" },
            { new ByteArrayContent(TestImages.File(number: 2)), "files", "folder/a.png" },
            { new ByteArrayContent(TestImages.File(number: 3)), "files", "../up.png" },
            { new ByteArrayContent(TestImages.File(number: 4)), "files", "last.png" },
        };

        using var answer = await anna.PostAsync($"/v1/projects/{project.Name}/pictures:upload", form, Token);

        using var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Token));
        var rows = body.RootElement.GetProperty("results").EnumerateArray().ToList();
        Assert.Equal(
            ["added", "present", "refused", "refused", "refused", "added"],
            rows.Select(row => row.GetProperty("outcome").GetString()));
        Assert.Equal("old.png", rows[1].GetProperty("picture").GetProperty("name").GetString());
        Assert.Contains("is text", rows[2].GetProperty("error").GetProperty("message").GetString(),
            StringComparison.Ordinal);
        Assert.Contains("another picture", rows[3].GetProperty("error").GetProperty("message").GetString(),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Upload_ManyFilesCutOff_EndsWithARowThatSaysSo()
    {
        await using var project = await PictureProject.CreateAsync();
        using var anna = project.Server.RestAs("anna");
        using var form = new MultipartFormDataContent("limit")
        {
            { new ByteArrayContent(TestImages.File(number: 1)), "files", "a.png" },
            { new ByteArrayContent(TestImages.File(number: 2)), "files", "b.png" },
        };
        var whole = await form.ReadAsByteArrayAsync(Token);
        using var cut = new ByteArrayContent(whole[..^40]);
        cut.Headers.ContentType = form.Headers.ContentType;

        using var answer = await anna.PostAsync($"/v1/projects/{project.Name}/pictures:upload", cut, Token);

        using var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Token));
        var outcomes = body.RootElement.GetProperty("results").EnumerateArray()
            .Select(row => row.GetProperty("outcome").GetString()).ToList();
        Assert.Equal(("added", "refused"), (outcomes[0], outcomes[^1]));
    }

    private static string Path(string project, long picture, string what) =>
        $"/v1/projects/{project}/pictures/{picture}/{what}";
}
