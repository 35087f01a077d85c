using Grpc.Core;
using Segmentation.Projects.Storage.Rows;
using Segmentation.Projects.Tests.Fixtures;
using Segmentation.Projects.Tests.Objects;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Tests.Pictures.Sources;

public sealed class SourceTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("source-");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _root.Delete(recursive: true);

    [Theory, OnBothDatabases]
    public async Task IndexSource_Folder_ReferencesPicturesAndReportsTheRest(DatabaseKind kind)
    {
        await using var project = await StartAsync(kind);
        Write("a/1.png", TestImages.File(number: 1));
        Write("a/2.png", TestImages.File(number: 2));
        Write("b.png", TestImages.File(number: 1));
        Write("cut.jpg", TestImages.File(".jpg", width: 300, height: 300)[..3000]);
        Write("movie.mp4", "text that is no picture"u8.ToArray());
        Write("notes.txt", "beside the pictures"u8.ToArray());

        var source = await IndexAsync(project, $"file://{_root.FullName}");

        Assert.Equal((SourceState.Ready, 2L, 3L), (source.State, source.PictureCount, source.ErrorCount));
        Assert.Equal(["b.png", "cut.jpg", "movie.mp4"], source.Errors.Select(error => error.Item));
        Assert.Contains("same file", source.Errors[0].Reason, StringComparison.Ordinal);
        Assert.Contains("damaged", source.Errors[1].Reason, StringComparison.Ordinal);
        var list = await project.Anna.ListPicturesAsync(
            new ListPicturesRequest { Project = project.Name, OrderBy = "name" }, cancellationToken: Token);
        Assert.Equal(["a/1.png", "a/2.png"], list.Pictures.Select(picture => picture.Name));
        Assert.All(list.Pictures, picture => Assert.Equal(source.Id, picture.Source));
        Assert.False(Directory.Exists(Path.Combine(project.Record.Folder, "objects", "acme", "pictures")));
        Assert.Equal(200, await StatusAsync(project, list.Pictures[0].Id));
    }

    [Fact]
    public async Task IndexSource_Again_FindsNewPicturesOnly()
    {
        await using var project = await StartAsync();
        Write("1.png", TestImages.File(number: 1));
        var first = await IndexAsync(project, $"file://{_root.FullName}/");
        Write("2.png", TestImages.File(number: 2));

        var second = await IndexAsync(project, $"file://{_root.FullName}/");

        Assert.Equal((first.Id, 2L, 0L), (second.Id, second.PictureCount, second.ErrorCount));
    }

    [Fact]
    public async Task IndexSource_ProcessDied_GoesOnAtTheCursor()
    {
        await using var project = await StartAsync();
        for (var number = 1; number <= 5; number++)
        {
            Write($"{number}.png", TestImages.File(number: number));
        }

        // What a process leaves that was killed after the third file: its claim is over.
        await using (var db = project.Open())
        {
            db.Sources.Add(new SourceRow
            {
                ProjectId = project.Id,
                Uri = $"file://{_root.FullName}/",
                State = SourceState.Indexing,
                ErrorsJson = "",
                Cursor = "3.png",
                ClaimUntil = DateTimeOffset.UnixEpoch,
            });
            await db.SaveChangesAsync(Token);
        }

        var source = await WaitAsync(project);

        Assert.Equal((SourceState.Ready, 2L), (source.State, source.PictureCount));
        var list = await project.Anna.ListPicturesAsync(
            new ListPicturesRequest { Project = project.Name, OrderBy = "name" }, cancellationToken: Token);
        Assert.Equal(["4.png", "5.png"], list.Pictures.Select(picture => picture.Name));
    }

    [Fact]
    public async Task File_ChangedOrGone_SaysSo()
    {
        await using var project = await StartAsync();
        Write("1.png", TestImages.File(number: 1));
        Write("2.png", TestImages.File(number: 2));
        await IndexAsync(project, $"file://{_root.FullName}/");
        var pictures = (await project.Anna.ListPicturesAsync(
            new ListPicturesRequest { Project = project.Name, OrderBy = "name" }, cancellationToken: Token)).Pictures;
        Write("1.png", TestImages.File(number: 9));
        File.Delete(Path.Combine(_root.FullName, "2.png"));

        var changed = await Assert.ThrowsAsync<RpcException>(() => ReadAsync(project, pictures[0].Id));
        var gone = await Assert.ThrowsAsync<RpcException>(() => ReadAsync(project, pictures[1].Id));

        Assert.Equal(
            (StatusCode.FailedPrecondition, StatusCode.FailedPrecondition), (changed.StatusCode, gone.StatusCode));
        Assert.Contains("'1.png'", changed.Status.Detail, StringComparison.Ordinal);
        Assert.Contains("is another one", changed.Status.Detail, StringComparison.Ordinal);
        Assert.Contains("not there any more", gone.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CreateSource_OutsideTheRoots_IsRefused()
    {
        await using var project = await StartAsync();
        var inside = _root.CreateSubdirectory("inside");
        Directory.CreateSymbolicLink(Path.Combine(inside.FullName, "link"), Path.GetTempPath());
        var sibling = Directory.CreateDirectory(_root.FullName + "-sibling");
        try
        {
            foreach (var uri in new[]
            {
                "file:///etc/",
                $"file://{_root.FullName}/../",
                $"file://{_root.FullName}/%2e%2e/",
                $"file://{inside.FullName}/link/",
                $"file://{sibling.FullName}/",
                $"file://{_root.FullName}/none/",
                "s3://other/",
                "s3://pictures-too/",
                "/etc",
            })
            {
                var refused = await Assert.ThrowsAsync<RpcException>(() => CreateAsync(project, "mia", uri));
                Assert.Equal((uri, StatusCode.FailedPrecondition), (uri, refused.StatusCode));
            }

            foreach (var uri in new[] { "", "http://example.org/", "file://host/share/" })
            {
                var refused = await Assert.ThrowsAsync<RpcException>(() => CreateAsync(project, "mia", uri));
                Assert.Equal((uri, StatusCode.InvalidArgument), (uri, refused.StatusCode));
            }

            var denied = await Assert.ThrowsAsync<RpcException>(
                () => CreateAsync(project, "anna", $"file://{inside.FullName}/"));
            Assert.Equal(StatusCode.PermissionDenied, denied.StatusCode);
        }
        finally
        {
            sibling.Delete();
        }
    }

    [Fact]
    public async Task IndexSource_Bucket_ReferencesItsObjects()
    {
        await using var server = await S3Server.StartAsync();
        for (var number = 1; number <= 5; number++)
        {
            server.Put($"raw/day 1/{number}.png", TestImages.File(number: number));
        }

        server.Put("raw/day 1/", []);
        server.Put("elsewhere/6.png", TestImages.File(number: 6));
        await using var project = await StartAsync(settings: new()
        {
            ["Segmentation:Projects:SourceRoots"] = $"s3://{S3Server.Bucket}/raw",
            ["Segmentation:Projects:Store:Endpoint"] = server.Address.ToString(),
            ["Segmentation:Projects:Store:Region"] = S3Server.Region,
            ["Segmentation:Projects:Store:AccessKeyId"] = S3Server.AccessKeyId,
            ["Segmentation:Projects:Store:SecretAccessKey"] = S3Server.Secret,
        });

        var source = await IndexAsync(project, $"s3://{S3Server.Bucket}/raw/day%201/");

        Assert.Equal((SourceState.Ready, 5L, 0L), (source.State, source.PictureCount, source.ErrorCount));
        var list = await project.Anna.ListPicturesAsync(
            new ListPicturesRequest { Project = project.Name }, cancellationToken: Token);
        Assert.Equal(["1.png", "2.png", "3.png", "4.png", "5.png"], list.Pictures.Select(picture => picture.Name));
        Assert.Equal(200, await StatusAsync(project, list.Pictures[0].Id));
    }

    private static async Task<int> StatusAsync(PictureProject project, long picture)
    {
        using var vera = project.Server.RestAs("vera");
        using var answer = await vera.GetAsync($"/v1/projects/{project.Name}/pictures/{picture}/file", Token);
        return (int)answer.StatusCode;
    }

    private static async Task ReadAsync(PictureProject project, long picture)
    {
        using var call = project.Anna.ReadPicture(
            new ReadPictureRequest { Project = project.Name, Picture = picture }, cancellationToken: Token);
        await foreach (var _ in call.ResponseStream.ReadAllAsync(Token))
        {
            // The first answer says whether there is a file.
        }
    }

    private static async Task<Source> CreateAsync(PictureProject project, string subject, string uri) =>
        await project.As(subject).CreateSourceAsync(
            new CreateSourceRequest { Project = project.Name, Source = new Source { Uri = uri } },
                cancellationToken: Token);

    private static async Task<Source> IndexAsync(PictureProject project, string uri)
    {
        var source = await CreateAsync(project, "mia", uri);
        await project.Mia.IndexSourceAsync(
            new IndexSourceRequest { Project = project.Name, Source = source.Id }, cancellationToken: Token);
        return await WaitAsync(project);
    }

    private static async Task<Source> WaitAsync(PictureProject project)
    {
        while (true)
        {
            var answer = await project.Mia.ListSourcesAsync(
                new ListSourcesRequest { Project = project.Name }, cancellationToken: Token);
            if (answer.Sources[0].State != SourceState.Indexing)
            {
                return answer.Sources[0];
            }
        }
    }

    private void Write(string path, byte[] content)
    {
        var file = new FileInfo(Path.Combine(_root.FullName, path));
        file.Directory!.Create();
        File.WriteAllBytes(file.FullName, content);
    }

    private Task<PictureProject> StartAsync(
        DatabaseKind kind = DatabaseKind.Sqlite, Dictionary<string, string?>? settings = null) =>
        PictureProject.CreateAsync(kind, configure: builder =>
        {
            builder.Configuration["Segmentation:Projects:SourceRoots"] = $"{_root.FullName}, s3://{S3Server.Bucket}/";
            foreach (var (key, value) in settings ?? [])
            {
                builder.Configuration[key] = value;
            }
        });
}
