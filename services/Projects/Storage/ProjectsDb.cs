using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Segmentation.Projects.Storage.Rows;

namespace Segmentation.Projects.Storage;

/// <summary>
/// The record of all projects. Times are stored as milliseconds since 1970, so that both databases compare and index
/// them alike.
/// </summary>
/// <param name="options">Connection and provider.</param>
internal abstract class ProjectsDb(DbContextOptions options) : DbContext(options)
{
    /// <summary>Projects.</summary>
    public DbSet<ProjectRow> Projects => Set<ProjectRow>();

    /// <summary>Members.</summary>
    public DbSet<MemberRow> Members => Set<MemberRow>();

    /// <summary>Labels.</summary>
    public DbSet<LabelRow> Labels => Set<LabelRow>();

    /// <summary>Sources.</summary>
    public DbSet<SourceRow> Sources => Set<SourceRow>();

    /// <summary>Pictures.</summary>
    public DbSet<PictureRow> Pictures => Set<PictureRow>();

    /// <summary>Labels of pictures.</summary>
    public DbSet<PictureLabelRow> PictureLabels => Set<PictureLabelRow>();

    /// <summary>Leases.</summary>
    public DbSet<LeaseRow> Leases => Set<LeaseRow>();

    /// <summary>Annotations and proposals.</summary>
    public DbSet<AnnotationRow> Annotations => Set<AnnotationRow>();

    /// <summary>Operations.</summary>
    public DbSet<OperationRow> Operations => Set<OperationRow>();

    /// <summary>Jobs.</summary>
    public DbSet<JobRow> Jobs => Set<JobRow>();

    /// <summary>Pictures of jobs.</summary>
    public DbSet<JobPictureRow> JobPictures => Set<JobPictureRow>();

    /// <summary>Frozen masks of audits.</summary>
    public DbSet<FrozenMaskRow> FrozenMasks => Set<FrozenMaskRow>();

    /// <summary>Verdicts.</summary>
    public DbSet<VerdictRow> Verdicts => Set<VerdictRow>();

    /// <summary>Issues.</summary>
    public DbSet<IssueRow> Issues => Set<IssueRow>();

    /// <summary>Comments on issues.</summary>
    public DbSet<IssueCommentRow> IssueComments => Set<IssueCommentRow>();

    /// <summary>Runs.</summary>
    public DbSet<RunRow> Runs => Set<RunRow>();

    /// <summary>Pictures of runs.</summary>
    public DbSet<RunPictureRow> RunPictures => Set<RunPictureRow>();

    /// <summary>Transfers.</summary>
    public DbSet<TransferRow> Transfers => Set<TransferRow>();

    /// <summary>Items that transfers left out.</summary>
    public DbSet<TransferErrorRow> TransferErrors => Set<TransferErrorRow>();

    /// <summary>Uploads.</summary>
    public DbSet<UploadRow> Uploads => Set<UploadRow>();

    /// <summary>Parts of uploads.</summary>
    public DbSet<UploadPartRow> UploadParts => Set<UploadPartRow>();

    /// <summary>Reminders of grains.</summary>
    public DbSet<ReminderRow> Reminders => Set<ReminderRow>();

    /// <inheritdoc/>
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder) =>
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UnixMilliseconds>();

    /// <inheritdoc/>
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        const string NotDeleted = "\"DeleteTime\" IS NULL";
        const string Deleted = "\"DeleteTime\" IS NOT NULL";
        modelBuilder.Entity<ProjectRow>()
            .HasIndex(row => new { row.Tenant, row.Name }).IsUnique().HasFilter(NotDeleted);
        modelBuilder.Entity<MemberRow>().HasKey(row => new { row.ProjectId, row.Subject });
        modelBuilder.Entity<MemberRow>().HasIndex(row => row.Subject);
        modelBuilder.Entity<LabelRow>().HasKey(row => new { row.ProjectId, row.Id });
        modelBuilder.Entity<LabelRow>()
            .HasIndex(row => new { row.ProjectId, row.Name }).IsUnique().HasFilter(NotDeleted);
        modelBuilder.Entity<SourceRow>().HasIndex(row => row.ProjectId);
        Listed(modelBuilder.Entity<PictureRow>(), NotDeleted, Deleted);
        modelBuilder.Entity<PictureLabelRow>().HasKey(row => new { row.ProjectId, row.LabelId, row.PictureId });
        modelBuilder.Entity<PictureLabelRow>().HasIndex(row => row.PictureId);

        // The pictures of a label, found in the index alone.
        modelBuilder.Entity<PictureLabelRow>()
            .HasIndex(row => new { row.ProjectId, row.LabelId, row.PictureId }).HasFilter("\"Count\" > 0");
        modelBuilder.Entity<LeaseRow>().HasKey(row => new { row.PictureId, row.JobId });
        Drawn(modelBuilder);
        Work(modelBuilder);
        modelBuilder.Entity<ReminderRow>().HasKey(row => new { row.GrainId, row.Name });
        modelBuilder.Entity<ReminderRow>().HasIndex(row => row.GrainHash);
    }

    private static void Listed(EntityTypeBuilder<PictureRow> picture, string notDeleted, string deleted)
    {
        picture.HasIndex(row => new { row.ProjectId, row.Name }).IsUnique().HasFilter(notDeleted);
        picture.HasIndex(row => new { row.ProjectId, row.Sha256 }).IsUnique().HasFilter(notDeleted);
        picture.HasIndex(row => new { row.ProjectId, row.State, row.Id }).HasFilter(notDeleted);

        // Has what most filters ask for, so that pictures that do not pass are neither read to be listed nor counted.
        picture.HasIndex(row => new
        {
            row.ProjectId,
            row.Id,
            row.State,
            row.Split,
            row.AnnotationCount,
            row.ProposalCount,
            row.UnsatisfactoryCount,
            row.OpenIssueCount,
        }).HasFilter(notDeleted).HasDatabaseName("IX_Pictures_Filters");

        // Has all that the figures of a project are counted from, so that pictures themselves are not read.
        picture.HasIndex(row => new { row.ProjectId, row.State, row.AnnotationCount, row.ProposalCount })
            .HasFilter(notDeleted);

        // For purges, which look for old ones, and for others with the same file.
        picture.HasIndex(row => row.DeleteTime).HasFilter(deleted);
        picture.HasIndex(row => row.Sha256).HasFilter(deleted);

        // Orders: the id parts equal values, of which there may be as many as pictures.
        picture.HasIndex(row => new { row.ProjectId, row.UpdateTime, row.Id }).HasFilter(notDeleted);
        picture.HasIndex(row => new { row.ProjectId, row.RandomKey, row.Id }).HasFilter(notDeleted);
        picture.HasIndex(row => new { row.ProjectId, row.MeanPredictedIou, row.Id }).HasFilter(notDeleted);
        picture.HasIndex(row => new { row.ProjectId, row.Agreement, row.Id }).HasFilter(notDeleted);
        picture.HasIndex(row => new { row.ProjectId, row.UnsatisfactoryCount, row.Id }).HasFilter(notDeleted);
    }

    private static void Drawn(ModelBuilder model)
    {
        model.Entity<AnnotationRow>().HasIndex(row => new { row.PictureId, row.JobId, row.Z, row.Id });
        model.Entity<AnnotationRow>().HasIndex(row => new { row.ProjectId, row.PictureId });
        model.Entity<OperationRow>().HasKey(row => new { row.PictureId, row.Sequence });
        model.Entity<OperationRow>().HasIndex(row => new { row.ProjectId, row.ClientId }).IsUnique();
        model.Entity<OperationRow>().HasIndex(row => new { row.AnnotationId, row.Sequence });
        model.Entity<VerdictRow>().HasIndex(row => new { row.PictureId, row.CreateTime });
        model.Entity<VerdictRow>().HasIndex(row => row.ProjectId);
        model.Entity<IssueRow>().HasIndex(row => row.PictureId);
        model.Entity<IssueCommentRow>().HasIndex(row => row.IssueId);
    }

    private static void Work(ModelBuilder model)
    {
        model.Entity<JobRow>().HasIndex(row => row.ProjectId);
        model.Entity<JobRow>().HasIndex(row => new { row.ProjectId, row.RequestId }).IsUnique();
        model.Entity<JobPictureRow>().HasKey(row => new { row.JobId, row.PictureId });
        model.Entity<JobPictureRow>().HasIndex(row => row.PictureId);
        model.Entity<FrozenMaskRow>().HasKey(row => new { row.JobId, row.AnnotationId });
        model.Entity<FrozenMaskRow>().HasIndex(row => new { row.PictureId, row.JobId });
        model.Entity<RunRow>().HasIndex(row => row.ProjectId);
        model.Entity<RunRow>().HasIndex(row => row.State);
        model.Entity<RunRow>().HasIndex(row => new { row.ProjectId, row.RequestId }).IsUnique();
        model.Entity<RunPictureRow>().HasKey(row => new { row.RunId, row.PictureId });
        model.Entity<RunPictureRow>().HasIndex(row => new { row.RunId, row.State, row.PictureId });
        model.Entity<TransferRow>().HasIndex(row => row.ProjectId);
        model.Entity<TransferRow>().HasIndex(row => row.State);
        model.Entity<TransferRow>().HasIndex(row => new { row.ProjectId, row.RequestId }).IsUnique();
        model.Entity<TransferErrorRow>().HasIndex(row => new { row.TransferId, row.Id });
        model.Entity<UploadRow>().HasIndex(row => row.Tenant);
        model.Entity<UploadPartRow>().HasKey(row => new { row.UploadId, row.Offset });
    }
}
