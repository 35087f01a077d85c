using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Segmentation.Client.Projects;
using Segmentation.Masks;
using Segmentation.Protocol.Projects.V1;
using Segmentation.Protocol.V1;
using Segmentation.Standalone.Tests;
using Segmentation.Tests.Shared;

namespace Segmentation.Client.Tests.Projects;

/// <summary>The client of projects while connections are lost: everything arrives, and once.</summary>
public sealed class ProjectsClientTests : IAsyncLifetime
{
    /// <summary>Connections that may be lost in a row; more than this are lost within one transfer of a file.</summary>
    private const int MaxReconnects = 2;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("client-projects-");
    private StandaloneProcess _server = null!;
    private TcpProxy _proxy = null!;
    private ProjectsClient _client = null!;
    private string _project = "";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await StandaloneProcess.StartReadyAsync(
            Cancel, $"Segmentation:Projects:DataFolder={File("data")}");
        _proxy = new TcpProxy(_server.Grpc);
        _client = new ProjectsClient(
            _proxy.Address, new() { MaxReconnects = MaxReconnects, FirstPause = TimeSpan.FromMilliseconds(1) });
        _project = (await _client.CreateAsync("Coffee", ["cup"], cancellationToken: Cancel)).Id;
    }

    [Fact]
    public async Task Apply_AnswersAreLost_AppliesEachOperationOnce()
    {
        const int Operations = 10;
        var picture = await _client.Pictures.AddAsync(_project, "coffee.png", Data("coffee.png"), cancellationToken: Cancel);

        for (var i = 0; i < Operations; i++)
        {
            var cut = _proxy.CutAfterAnswer(0);
            var answer = await _client.Annotations.ApplyAsync(
                _project, picture.Id, [Draw(picture)], cancellationToken: Cancel);
            Assert.True(cut.IsCompleted);
            Assert.Equal(OperationResult.Applied, Assert.Single(answer.Outcomes).Result);
        }

        var operations = await _client.Annotations.ListOperationsAsync(_project, picture.Id, cancellationToken: Cancel)
            .ToListAsync(Cancel);
        Assert.Equal(Operations, operations.Count);
        Assert.Equal(
            Operations,
            await _client.Annotations.ListAsync(_project, picture.Id, cancellationToken: Cancel).CountAsync(Cancel));
    }

    [Fact]
    public async Task Create_AnswerIsLost_MakesOneOfEach()
    {
        await CutAsync(() => _client.CreateAsync("Tea", cancellationToken: Cancel));
        await CutAsync(() => _client.AddLabelAsync(_project, new Label { Name = "spoon" }, Cancel));
        await CutAsync(() => _client.Transfers.StartExportAsync(new() { Project = _project, Format = "coco" }, Cancel));

        Assert.Equal(2, await _client.ListAsync(cancellationToken: Cancel).CountAsync(Cancel));
        Assert.Equal(2, (await _client.ListLabelsAsync(_project, cancellationToken: Cancel)).Count);
        Assert.Equal(1, await _client.Transfers.ListAsync(_project, Cancel).CountAsync(Cancel));
    }

    [Fact]
    public async Task JobsAndReviews_AnswersAreLost_MakeOneOfEach()
    {
        var picture = await _client.Pictures.AddAsync(_project, "coffee.png", Data("coffee.png"), cancellationToken: Cancel);
        var drawn = await _client.Annotations.ApplyAsync(_project, picture.Id, [Draw(picture)], cancellationToken: Cancel);
        var annotation = drawn.Outcomes[0].Current;
        var verdict = new Verdict
        {
            Annotation = annotation.Id, AnnotationRevision = annotation.Revision, Kind = VerdictKind.Satisfactory,
        };
        var issue = new Issue { X = 10, Y = 20, Comments = { new IssueComment { Text = "Is this a cup?" } } };
        var request = new CreateJobRequest { Project = _project, Name = "Cups", Kind = JobKind.Annotate };
        var audit = new CreateAuditRequest { Project = _project, Name = "Audit", Sample = 1 };

        await CutAsync(() => _client.Jobs.CreateAsync(request, Cancel));
        await CutAsync(() => _client.Reviews.WriteIssueAsync(_project, picture.Id, issue, Cancel));
        await CutAsync(() => _client.Reviews.CreateAuditAsync(audit, Cancel));
        await CutAsync(() => _client.Reviews.JudgeAsync(_project, picture.Id, [verdict], Cancel));

        var job = Assert.Single(await _client.Jobs.ListAsync(_project, JobKind.Annotate, cancellationToken: Cancel)
            .ToListAsync(Cancel));
        await _client.Jobs.FinishPictureAsync(
            new() { Project = _project, Job = job.Id, Picture = picture.Id, ActiveMs = 1500 }, Cancel);
        var finished = await _client.Jobs.GetAsync(_project, job.Id, Cancel);
        finished.Name = "Mugs";
        var renamed = await _client.Jobs.UpdateAsync(_project, finished, ["name"], Cancel);
        Assert.Equal((JobState.Done, 1500, "Mugs"), (renamed.State, renamed.ActiveMs, renamed.Name));

        var audits = await _client.Jobs.ListAsync(_project, JobKind.Audit, cancellationToken: Cancel).ToListAsync(Cancel);
        var report = await _client.Reviews.GetAuditReportAsync(_project, Assert.Single(audits).Id, Cancel);
        Assert.Equal(1, report.PictureCount);
        Assert.Equal(
            "Is this a cup?",
            Assert.Single(Assert.Single(await _client.Reviews.ListIssuesAsync(_project, picture.Id, Cancel)).Comments).Text);
        Assert.Single(await _client.Reviews.ListVerdictsAsync(_project, picture.Id, Cancel));
        Assert.Equal(1, (await _client.Reviews.GetFiguresAsync(_project, cancellationToken: Cancel)).Total.MaskCount);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(200_000)]
    [InlineData(400_000)]
    public async Task AddPicture_ConnectionIsLost_AddsThePictureOnce(int bytes)
    {
        var cut = _proxy.CutAfterRequest(bytes);

        var added = await _client.Pictures.AddAsync(_project, "coffee.png", Data("coffee.png"), cancellationToken: Cancel);

        Assert.True(cut.IsCompleted);
        var picture = Assert.Single(await _client.Pictures.ListAsync(_project, cancellationToken: Cancel).ToListAsync(Cancel));
        Assert.Equal(added.Id, picture.Id);
        var file = await System.IO.File.ReadAllBytesAsync(Data("coffee.png"), Cancel);
        Assert.Equal($"sha256:{Convert.ToHexStringLower(SHA256.HashData(file))}", picture.ImageId);
    }

    [Fact]
    public async Task AddPicture_FileCannotBeRead_IsTheFilesError()
    {
        var metadata = new AddPictureMetadata { Project = _project, Name = "a.png", SizeBytes = 10 };

        await Assert.ThrowsAsync<FileNotFoundException>(() => _client.Pictures.AddAsync(
            metadata, () => System.IO.File.OpenRead(File("none.png")), Cancel));
    }

    [Fact]
    public async Task Upload_ConnectionsAreLostAgainAndAgain_GoesOnPartByPart()
    {
        await using (var zip = await ZipFile.OpenAsync(File("large.zip"), ZipArchiveMode.Create, Cancel))
        {
            await zip.CreateEntryFromFileAsync(Data("coffee.png"), "coffee.png", Cancel);
            await using var filling = await zip.CreateEntry("filling.bin", CompressionLevel.NoCompression).OpenAsync(Cancel);
            await filling.WriteAsync(RandomNumberGenerator.GetBytes(38 * 1024 * 1024), Cancel);
        }

        // A part has 8 MiB.
        using var cuts = new Cuts(() => _proxy.CutAfterRequest(9 * 1024 * 1024), Cancel);
        var upload = await _client.Transfers.UploadAsync(_project, File("large.zip"), cancellationToken: Cancel);
        Assert.True(cuts.End() > MaxReconnects);

        var import = await _client.Transfers.StartImportAsync(new() { Project = _project, Upload = upload }, Cancel);
        var ended = await _client.Transfers.WatchAsync(_project, import.Id, Cancel).LastAsync(Cancel);
        Assert.True(ended.State == TransferState.Done, ended.Reason);
        Assert.Equal("coffee.png", (await _client.Pictures.ListAsync(_project, cancellationToken: Cancel).SingleAsync(Cancel)).Name);
    }

    [Fact]
    public async Task Download_ConnectionsAreLostAgainAndAgain_GoesOnWhereItWas()
    {
        var jpeg = await System.IO.File.ReadAllBytesAsync(Data("rocket.jpg"), Cancel);
        for (var i = 0; i < 12; i++)
        {
            await _client.Pictures.AddAsync(_project, $"{i}.jpg", Commented(jpeg, $"{i}"), cancellationToken: Cancel);
        }

        var export = await _client.Transfers.StartExportAsync(
            new() { Project = _project, Format = "coco", IncludePictures = true }, Cancel);
        await _client.Transfers.WatchAsync(_project, export.Id, Cancel).LastAsync(Cancel);

        using var cuts = new Cuts(() => _proxy.CutAfterAnswer(200_000), Cancel);
        await _client.Transfers.DownloadAsync(_project, export.Id, File("coffee.zip"), cancellationToken: Cancel);

        Assert.True(cuts.End() > MaxReconnects);
        await using var zip = await ZipFile.OpenReadAsync(File("coffee.zip"), Cancel);
        Assert.Equal(12, zip.Entries.Count(entry => entry.Name.EndsWith(".jpg", StringComparison.Ordinal)));
        foreach (var entry in zip.Entries)
        {
            // Reading to the end checks the entry's checksum.
            await using var bytes = await entry.OpenAsync(Cancel);
            await bytes.CopyToAsync(Stream.Null, Cancel);
        }
    }

    [Fact]
    public async Task Watch_ConnectionsAreLost_TellsEachOperationOnce()
    {
        const int Operations = 5;
        var picture = await _client.Pictures.AddAsync(_project, "coffee.png", Data("coffee.png"), cancellationToken: Cancel);

        // All cuts may fall upon the watching connection before its first message.
        using var watcher = new ProjectsClient(_proxy.Address, new() { MaxReconnects = Operations });
        var watching = watcher.Annotations.WatchAsync(_project, picture.Id, cancellationToken: Cancel)
            .SelectMany(message => message.Operations.Select(operation => operation.Sequence))
            .Take(Operations).ToListAsync(Cancel);

        for (var i = 0; i < Operations; i++)
        {
            _ = _proxy.CutAfterAnswer(0);
            await _client.Annotations.ApplyAsync(_project, picture.Id, [Draw(picture)], cancellationToken: Cancel);
        }

        var all = await _client.Annotations.ListOperationsAsync(_project, picture.Id, cancellationToken: Cancel)
            .Select(operation => operation.Sequence).ToListAsync(Cancel);
        Assert.Equal(all, await watching);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _proxy.DisposeAsync();
        await _server.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    /// <summary>An operation that draws a mask which covers the picture.</summary>
    private static Operation Draw(Picture picture) => new()
    {
        Create = new Annotation
        {
            Id = Guid.CreateVersion7().ToString(),
            Mask = new RunLengthEncoding
            {
                Size = { (uint)picture.Height, (uint)picture.Width },
                Counts = new RunLengths(picture.Height, picture.Width, 0, (uint)(picture.Height * picture.Width))
                    .ToCocoString(),
            },
        },
    };

    private static string Data(string name) => ReadmeTests.Data($"Data/{name}");

    /// <summary>A JPEG file with a comment behind its first marker: the same picture, another file.</summary>
    private static byte[] Commented(byte[] jpeg, string comment)
    {
        var text = Encoding.ASCII.GetBytes(comment);
        var length = text.Length + 2;
        return [.. jpeg[..2], 0xFF, 0xFE, (byte)(length >> 8), (byte)length, .. text, .. jpeg[2..]];
    }

    private string File(string name) => Path.Combine(_folder.FullName, name);

    private async Task CutAsync(Func<Task> call)
    {
        var cut = _proxy.CutAfterAnswer(0);
        await call();
        Assert.True(cut.IsCompleted);
    }

    /// <summary>Cuts connections again and again, and counts.</summary>
    private sealed class Cuts : IDisposable
    {
        private readonly CancellationTokenSource _end;
        private int _count;

        public Cuts(Func<Task> cut, CancellationToken cancellationToken)
        {
            _end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var next = cut();
            _ = Task.Run(
                async () =>
                {
                    while (true)
                    {
                        await next.WaitAsync(_end.Token);
                        Interlocked.Increment(ref _count);
                        next = cut();
                    }
                },
                CancellationToken.None);
        }

        /// <summary>Ends the cuts and gives their number.</summary>
        public int End()
        {
            _end.Cancel();
            return Volatile.Read(ref _count);
        }

        public void Dispose() => _end.Cancel();
    }
}
