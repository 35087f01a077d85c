using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Segmentation.Projects.Objects;
using Segmentation.Projects.Pictures.Changing;
using Segmentation.Projects.Storage;
using Segmentation.Projects.Storage.Rows;
using Segmentation.Projects.Tests.Fixtures;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Tests.Pictures.Changing;

public sealed class PictureRemovalTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory, OnBothDatabases]
    public async Task PurgeAsync_LastPictureWithAFileIsOfASource_RemovesTheUploadedFile(DatabaseKind kind)
    {
        await using var project = await PictureProject.CreateAsync(kind);
        var file = TestImages.File();
        var uploaded = await project.AddAsync("a.png", file);
        await AgeAsync(project, row => row.Id == uploaded.Id);
        await SeedAsync(project, project.Id, file, sourceId: 1);
        var purge = project.Server.Services.GetRequiredService<PicturePurge>();

        await purge.PurgeAsync(Token);
        Assert.True(IsStored(project, file));
        await AgeAsync(project, row => row.SourceId == 1);
        await purge.PurgeAsync(Token);

        Assert.False(IsStored(project, file));
    }

    [Theory, OnBothDatabases]
    public async Task PurgeAsync_ProjectWithTheFileIsBeingRestored_FileStays(DatabaseKind kind)
    {
        await using var project = await PictureProject.CreateAsync(kind);
        var file = TestImages.File();
        var picture = await project.AddAsync("a.png", file);
        var restored = Guid.CreateVersion7();
        await SeedAsync(project, restored, file, sourceId: 0);
        await using (var db = project.Open())
        {
            db.Transfers.Add(new TransferRow
            {
                ProjectId = restored,
                Tenant = "acme",
                Kind = TransferKind.Restore,
                State = TransferState.Running,
                Format = "backup",
                Request = [],
                Cursor = "",
                Reason = "",
                ObjectKey = "",
                FileName = "",
                Creator = "mia",
                Owner = "another process",
                ClaimUntil = TimeProvider.System.GetUtcNow() + TimeSpan.FromHours(1),
            });
            await db.SaveChangesAsync(Token);
        }

        await AgeAsync(project, row => row.Id == picture.Id);
        await project.Server.Services.GetRequiredService<PicturePurge>().PurgeAsync(Token);

        Assert.True(IsStored(project, file));
    }

    [Theory, OnBothDatabases]
    public async Task PurgeAsync_SameFileIsAddedMeanwhile_PictureHasItsFile(DatabaseKind kind)
    {
        await using var project = await PictureProject.CreateAsync(kind);
        var purge = project.Server.Services.GetRequiredService<PicturePurge>();
        var file = TestImages.File();
        for (var round = 0; round < 10; round++)
        {
            var old = await project.AddAsync($"{round}.png", file);
            await AgeAsync(project, row => row.Id == old.Id);

            var purged = purge.PurgeAsync(Token);
            var added = await project.AddAsync($"{round} again.png", file);
            await purged;

            Assert.NotEqual(old.Id, added.Id);
            Assert.True(IsStored(project, file));
            await AgeAsync(project, row => row.Id == added.Id);
        }
    }

    [Theory, OnBothDatabases]
    public async Task PurgeAsync_PictureIsRestoredAfterItWasFound_PictureStays(DatabaseKind kind)
    {
        await using var project = await PictureProject.CreateAsync(kind);
        var file = TestImages.File();
        var picture = await project.AddAsync("a.png", file);
        await AgeAsync(project, row => row.Id == picture.Id);
        var record = new RestoringRecord(project.Record.Factory, picture.Id);
        var purge = ActivatorUtilities.CreateInstance<PicturePurge>(project.Server.Services, record);

        Assert.Equal(0, await purge.PurgeAsync(Token));

        await using var db = project.Open();
        Assert.Equal(1, await db.Pictures.CountAsync(row => row.Id == picture.Id, Token));
        Assert.True(IsStored(project, file));
    }

    private static bool IsStored(PictureProject project, byte[] file) => File.Exists(
        Path.Combine(project.Record.Folder, "objects", ObjectKeys.Picture("acme", SHA256.HashData(file))));

    /// <summary>Pictures were deleted so long ago that they may be removed.</summary>
    private static async Task AgeAsync(
        PictureProject project, System.Linq.Expressions.Expression<Func<PictureRow, bool>> pictures)
    {
        await using var db = project.Open();
        var old = TimeProvider.System.GetUtcNow() - PicturePurge.Kept - TimeSpan.FromDays(1);
        await db.Pictures.Where(pictures)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.DeleteTime, old), Token);
    }

    private static async Task SeedAsync(PictureProject project, Guid id, byte[] file, long sourceId)
    {
        await using var db = project.Open();
        db.Pictures.Add(new PictureRow
        {
            ProjectId = id,
            Name = "seeded.png",
            Sha256 = SHA256.HashData(file),
            MediaType = "image/png",
            AttributesJson = "",
            ExcludedReason = "",
            SourceId = sourceId,
            SourcePath = "",
        });
        await db.SaveChangesAsync(Token);
    }

    /// <summary>A record in which somebody restores a picture after the first look into it.</summary>
    private sealed class RestoringRecord(IProjectsDbFactory record, long picture) : IProjectsDbFactory
    {
        private int _opened;

        public bool IsSqlite => record.IsSqlite;

        public SemaphoreSlim? WriterTurn => record.WriterTurn;

        public ProjectsDb Open()
        {
            if (_opened++ == 1)
            {
                using var db = record.Open();
                db.Pictures.Where(row => row.Id == picture)
                    .ExecuteUpdate(set => set.SetProperty(row => row.DeleteTime, (DateTimeOffset?)null));
            }

            return record.Open();
        }
    }
}
