using Google.Protobuf;
using Microsoft.EntityFrameworkCore;
using Segmentation.Projects.Storage;
using Segmentation.Projects.Storage.Rows;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.LoadTests.Projects;

/// <summary>Fills a project with pictures and masks, the same for the same seed, and with each mask's operation.</summary>
internal sealed class ProjectSeed(IProjectsDbFactory databases, Guid project, int labels, int masksPerPicture)
{
    private const int PicturesAtOnce = 2000;
    private static readonly byte[] _provenance = new Provenance
    {
        Source = AnnotationSource.Automatic, PredictedIou = 0.93f, StabilityScore = 0.97f, ModelDigest = "seeded",
    }.ToByteArray();

    private readonly SeededMasks _masks = new(seed: 7);
    private readonly DateTimeOffset _begin = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Adds pictures until the project has so many.</summary>
    /// <param name="pictures">Pictures in the end.</param>
    /// <param name="progress">Takes the number of pictures that are there.</param>
    /// <param name="cancellationToken">Gives up between two parts.</param>
    public async Task FillAsync(int pictures, Action<int> progress, CancellationToken cancellationToken)
    {
        await using var db = databases.Open();
        var there = await db.Pictures.CountAsync(row => row.ProjectId == project, cancellationToken);
        var last = await db.Pictures.MaxAsync(row => (long?)row.Id, cancellationToken) ?? 0;
        while (there < pictures)
        {
            var count = Math.Min(PicturesAtOnce, pictures - there);
            var rows = Enumerable.Range(there, count).Select(place => Picture(place, ++last)).ToArray();
            var annotations = rows.SelectMany(Annotations).ToArray();
            await BulkRows.WriteAsync(db, rows, cancellationToken);
            await BulkRows.WriteAsync(db, annotations, cancellationToken);
            await BulkRows.WriteAsync(db, annotations.Select(Operation), cancellationToken);
            await BulkRows.WriteAsync(
                db,
                annotations.GroupBy(row => (row.PictureId, row.LabelId)).Select(group => new PictureLabelRow
                {
                    ProjectId = project,
                    PictureId = group.Key.PictureId,
                    LabelId = group.Key.LabelId,
                    Count = group.Count(),
                }),
                cancellationToken);
            there += count;
            progress(there);
        }

        await BulkRows.ContinueNumbersAsync(db, cancellationToken);
        await db.Database.ExecuteSqlRawAsync(db.Database.IsSqlite() ? "PRAGMA optimize" : "ANALYZE", cancellationToken);
    }

    private PictureRow Picture(int place, long id)
    {
        var random = new Random(place);
        var sha = new byte[32];
        random.NextBytes(sha);
        return new PictureRow
        {
            Id = id,
            ProjectId = project,
            Name = $"batch{place / 1000:d3}/photo{place:d6}.jpg",
            Sha256 = sha,
            Width = SeededMasks.Width,
            Height = SeededMasks.Height,
            SizeBytes = 700_000,
            MediaType = "image/jpeg",
            ExifOrientation = 1,
            AttributesJson = "",
            Split = (Split)random.Next(4),
            State = (PictureState)random.Next(1, 6),
            ExcludedReason = random.Next(50) == 0 ? "blurred" : "",
            Revision = masksPerPicture,
            AnnotationCount = masksPerPicture,
            UnsatisfactoryCount = random.Next(100) == 0 ? 1 : 0,
            MeanPredictedIou = 0.93f,
            RandomKey = random.Next(),
            SourcePath = "",
            CreateTime = _begin.AddSeconds(place),
            UpdateTime = _begin.AddSeconds(place),
        };
    }

    private IEnumerable<AnnotationRow> Annotations(PictureRow picture)
    {
        for (var i = 0; i < masksPerPicture; i++)
        {
            var number = unchecked((int)((picture.Id * 31) + (i * 17)));
            var mask = _masks[number];
            yield return new AnnotationRow
            {
                Id = Guid.CreateVersion7(picture.CreateTime),
                ProjectId = project,
                PictureId = picture.Id,
                Revision = 1,
                LabelId = 1 + (int)((uint)number % (uint)labels),
                Counts = mask.Counts,
                BoxX = mask.Box.X,
                BoxY = mask.Box.Y,
                BoxWidth = mask.Box.Width,
                BoxHeight = mask.Box.Height,
                Area = mask.Area,
                Z = i,
                AttributesJson = "",
                State = AnnotationState.Active,
                Source = AnnotationSource.Automatic,
                PredictedIou = 0.93f,
                Provenance = _provenance,
                Creator = "seed",
                Editor = "seed",
                CreateTime = picture.CreateTime,
                UpdateTime = picture.CreateTime,
            };
        }
    }

    private static OperationRow Operation(AnnotationRow row) => new()
    {
        PictureId = row.PictureId,
        Sequence = row.Z + 1,
        ProjectId = row.ProjectId,
        ClientId = Guid.CreateVersion7(row.CreateTime),
        AnnotationId = row.Id,
        Kind = OperationKind.Create,
        Author = row.Creator,
        Time = row.CreateTime,
    };
}
