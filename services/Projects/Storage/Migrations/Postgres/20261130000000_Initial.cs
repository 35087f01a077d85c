using System;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace Segmentation.Projects.Storage.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class Initial : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "Annotations",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    ProjectId = table.Column<Guid>(type: "uuid", nullable: false),
                    PictureId = table.Column<long>(type: "bigint", nullable: false),
                    JobId = table.Column<long>(type: "bigint", nullable: false),
                    Revision = table.Column<long>(type: "bigint", nullable: false),
                    LabelId = table.Column<int>(type: "integer", nullable: false),
                    Counts = table.Column<byte[]>(type: "bytea", nullable: false),
                    BoxX = table.Column<int>(type: "integer", nullable: false),
                    BoxY = table.Column<int>(type: "integer", nullable: false),
                    BoxWidth = table.Column<int>(type: "integer", nullable: false),
                    BoxHeight = table.Column<int>(type: "integer", nullable: false),
                    Area = table.Column<long>(type: "bigint", nullable: false),
                    Z = table.Column<int>(type: "integer", nullable: false),
                    GroupNumber = table.Column<int>(type: "integer", nullable: false),
                    AttributesJson = table.Column<string>(type: "text", nullable: false),
                    State = table.Column<int>(type: "integer", nullable: false),
                    Crowd = table.Column<bool>(type: "boolean", nullable: false),
                    Occluded = table.Column<bool>(type: "boolean", nullable: false),
                    Source = table.Column<int>(type: "integer", nullable: false),
                    PredictedIou = table.Column<float>(type: "real", nullable: false),
                    Edited = table.Column<bool>(type: "boolean", nullable: false),
                    RunId = table.Column<long>(type: "bigint", nullable: false),
                    Provenance = table.Column<byte[]>(type: "bytea", nullable: false),
                    ActiveMs = table.Column<long>(type: "bigint", nullable: false),
                    Clicks = table.Column<int>(type: "integer", nullable: false),
                    Verdict = table.Column<int>(type: "integer", nullable: false),
                    Creator = table.Column<string>(type: "text", nullable: false),
                    Editor = table.Column<string>(type: "text", nullable: false),
                    CreateTime = table.Column<long>(type: "bigint", nullable: false),
                    UpdateTime = table.Column<long>(type: "bigint", nullable: false),
                    DeleteTime = table.Column<long>(type: "bigint", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Annotations", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "FrozenMasks",
                columns: table => new
                {
                    JobId = table.Column<long>(type: "bigint", nullable: false),
                    AnnotationId = table.Column<Guid>(type: "uuid", nullable: false),
                    PictureId = table.Column<long>(type: "bigint", nullable: false),
                    Counts = table.Column<byte[]>(type: "bytea", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_FrozenMasks", x => new { x.JobId, x.AnnotationId });
                });

            migrationBuilder.CreateTable(
                name: "IssueComments",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    IssueId = table.Column<Guid>(type: "uuid", nullable: false),
                    Text = table.Column<string>(type: "text", nullable: false),
                    Author = table.Column<string>(type: "text", nullable: false),
                    CreateTime = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_IssueComments", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "Issues",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    ProjectId = table.Column<Guid>(type: "uuid", nullable: false),
                    PictureId = table.Column<long>(type: "bigint", nullable: false),
                    AnnotationId = table.Column<Guid>(type: "uuid", nullable: true),
                    X = table.Column<double>(type: "double precision", nullable: false),
                    Y = table.Column<double>(type: "double precision", nullable: false),
                    Resolved = table.Column<bool>(type: "boolean", nullable: false),
                    CreateTime = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Issues", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "JobPictures",
                columns: table => new
                {
                    JobId = table.Column<long>(type: "bigint", nullable: false),
                    PictureId = table.Column<long>(type: "bigint", nullable: false),
                    State = table.Column<int>(type: "integer", nullable: false),
                    Subject = table.Column<string>(type: "text", nullable: false),
                    ActiveMs = table.Column<long>(type: "bigint", nullable: false),
                    FinishTime = table.Column<long>(type: "bigint", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_JobPictures", x => new { x.JobId, x.PictureId });
                });

            migrationBuilder.CreateTable(
                name: "Jobs",
                columns: table => new
                {
                    Id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    ProjectId = table.Column<Guid>(type: "uuid", nullable: false),
                    Name = table.Column<string>(type: "text", nullable: false),
                    Kind = table.Column<int>(type: "integer", nullable: false),
                    State = table.Column<int>(type: "integer", nullable: false),
                    Assignee = table.Column<string>(type: "text", nullable: false),
                    DueTime = table.Column<long>(type: "bigint", nullable: true),
                    Revision = table.Column<long>(type: "bigint", nullable: false),
                    PictureCount = table.Column<int>(type: "integer", nullable: false),
                    FinishedCount = table.Column<int>(type: "integer", nullable: false),
                    ActiveMs = table.Column<long>(type: "bigint", nullable: false),
                    ParentId = table.Column<long>(type: "bigint", nullable: false),
                    Seed = table.Column<long>(type: "bigint", nullable: false),
                    RequestId = table.Column<Guid>(type: "uuid", nullable: true),
                    CreateTime = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Jobs", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "Labels",
                columns: table => new
                {
                    ProjectId = table.Column<Guid>(type: "uuid", nullable: false),
                    Id = table.Column<int>(type: "integer", nullable: false),
                    Name = table.Column<string>(type: "text", nullable: false),
                    Color = table.Column<string>(type: "text", nullable: false),
                    Hotkey = table.Column<string>(type: "text", nullable: false),
                    Kind = table.Column<int>(type: "integer", nullable: false),
                    Place = table.Column<int>(type: "integer", nullable: false),
                    AttributesJson = table.Column<string>(type: "text", nullable: false),
                    Revision = table.Column<long>(type: "bigint", nullable: false),
                    DeleteTime = table.Column<long>(type: "bigint", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Labels", x => new { x.ProjectId, x.Id });
                });

            migrationBuilder.CreateTable(
                name: "Leases",
                columns: table => new
                {
                    PictureId = table.Column<long>(type: "bigint", nullable: false),
                    JobId = table.Column<long>(type: "bigint", nullable: false),
                    Subject = table.Column<string>(type: "text", nullable: false),
                    Holder = table.Column<string>(type: "text", nullable: false),
                    Until = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Leases", x => new { x.PictureId, x.JobId });
                });

            migrationBuilder.CreateTable(
                name: "Members",
                columns: table => new
                {
                    ProjectId = table.Column<Guid>(type: "uuid", nullable: false),
                    Subject = table.Column<string>(type: "text", nullable: false),
                    Role = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Members", x => new { x.ProjectId, x.Subject });
                });

            migrationBuilder.CreateTable(
                name: "Operations",
                columns: table => new
                {
                    PictureId = table.Column<long>(type: "bigint", nullable: false),
                    Sequence = table.Column<long>(type: "bigint", nullable: false),
                    ProjectId = table.Column<Guid>(type: "uuid", nullable: false),
                    ClientId = table.Column<Guid>(type: "uuid", nullable: false),
                    AnnotationId = table.Column<Guid>(type: "uuid", nullable: false),
                    Kind = table.Column<int>(type: "integer", nullable: false),
                    BaseRevision = table.Column<long>(type: "bigint", nullable: false),
                    Before = table.Column<byte[]>(type: "bytea", nullable: true),
                    Author = table.Column<string>(type: "text", nullable: false),
                    Time = table.Column<long>(type: "bigint", nullable: false),
                    ClientTime = table.Column<long>(type: "bigint", nullable: true),
                    ActiveMs = table.Column<long>(type: "bigint", nullable: false),
                    Clicks = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Operations", x => new { x.PictureId, x.Sequence });
                });

            migrationBuilder.CreateTable(
                name: "PictureLabels",
                columns: table => new
                {
                    ProjectId = table.Column<Guid>(type: "uuid", nullable: false),
                    LabelId = table.Column<int>(type: "integer", nullable: false),
                    PictureId = table.Column<long>(type: "bigint", nullable: false),
                    Count = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_PictureLabels", x => new { x.ProjectId, x.LabelId, x.PictureId });
                });

            migrationBuilder.CreateTable(
                name: "Pictures",
                columns: table => new
                {
                    Id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    ProjectId = table.Column<Guid>(type: "uuid", nullable: false),
                    Name = table.Column<string>(type: "text", nullable: false),
                    Sha256 = table.Column<byte[]>(type: "bytea", nullable: false),
                    Width = table.Column<int>(type: "integer", nullable: false),
                    Height = table.Column<int>(type: "integer", nullable: false),
                    SizeBytes = table.Column<long>(type: "bigint", nullable: false),
                    MediaType = table.Column<string>(type: "text", nullable: false),
                    ExifOrientation = table.Column<int>(type: "integer", nullable: false),
                    AttributesJson = table.Column<string>(type: "text", nullable: false),
                    Split = table.Column<int>(type: "integer", nullable: false),
                    State = table.Column<int>(type: "integer", nullable: false),
                    Priority = table.Column<int>(type: "integer", nullable: false),
                    ExcludedReason = table.Column<string>(type: "text", nullable: false),
                    Revision = table.Column<long>(type: "bigint", nullable: false),
                    AnnotationCount = table.Column<int>(type: "integer", nullable: false),
                    ProposalCount = table.Column<int>(type: "integer", nullable: false),
                    UnsatisfactoryCount = table.Column<int>(type: "integer", nullable: false),
                    OpenIssueCount = table.Column<int>(type: "integer", nullable: false),
                    MeanPredictedIou = table.Column<float>(type: "real", nullable: false),
                    PredictedIouSum = table.Column<double>(type: "double precision", nullable: false),
                    PredictedIouCount = table.Column<int>(type: "integer", nullable: false),
                    Agreement = table.Column<float>(type: "real", nullable: false),
                    RandomKey = table.Column<int>(type: "integer", nullable: false),
                    SourceId = table.Column<long>(type: "bigint", nullable: false),
                    SourcePath = table.Column<string>(type: "text", nullable: false),
                    CreateTime = table.Column<long>(type: "bigint", nullable: false),
                    UpdateTime = table.Column<long>(type: "bigint", nullable: false),
                    DeleteTime = table.Column<long>(type: "bigint", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Pictures", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "Projects",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    Tenant = table.Column<string>(type: "text", nullable: false),
                    Name = table.Column<string>(type: "text", nullable: false),
                    Description = table.Column<string>(type: "text", nullable: false),
                    Revision = table.Column<long>(type: "bigint", nullable: false),
                    Settings = table.Column<byte[]>(type: "bytea", nullable: false),
                    DefaultRole = table.Column<int>(type: "integer", nullable: false),
                    Creator = table.Column<string>(type: "text", nullable: false),
                    CreateTime = table.Column<long>(type: "bigint", nullable: false),
                    UpdateTime = table.Column<long>(type: "bigint", nullable: false),
                    DeleteTime = table.Column<long>(type: "bigint", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Projects", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "Reminders",
                columns: table => new
                {
                    GrainId = table.Column<string>(type: "text", nullable: false),
                    Name = table.Column<string>(type: "text", nullable: false),
                    GrainHash = table.Column<long>(type: "bigint", nullable: false),
                    StartTime = table.Column<long>(type: "bigint", nullable: false),
                    PeriodMs = table.Column<long>(type: "bigint", nullable: false),
                    ETag = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Reminders", x => new { x.GrainId, x.Name });
                });

            migrationBuilder.CreateTable(
                name: "RunPictures",
                columns: table => new
                {
                    RunId = table.Column<long>(type: "bigint", nullable: false),
                    PictureId = table.Column<long>(type: "bigint", nullable: false),
                    State = table.Column<int>(type: "integer", nullable: false),
                    Owner = table.Column<string>(type: "text", nullable: false),
                    ClaimUntil = table.Column<long>(type: "bigint", nullable: true),
                    Attempts = table.Column<int>(type: "integer", nullable: false),
                    MaskCount = table.Column<int>(type: "integer", nullable: false),
                    Reason = table.Column<string>(type: "text", nullable: false),
                    EndTime = table.Column<long>(type: "bigint", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_RunPictures", x => new { x.RunId, x.PictureId });
                });

            migrationBuilder.CreateTable(
                name: "Runs",
                columns: table => new
                {
                    Id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    ProjectId = table.Column<Guid>(type: "uuid", nullable: false),
                    Tenant = table.Column<string>(type: "text", nullable: false),
                    Stage = table.Column<int>(type: "integer", nullable: false),
                    State = table.Column<int>(type: "integer", nullable: false),
                    Preset = table.Column<string>(type: "text", nullable: false),
                    Options = table.Column<byte[]>(type: "bytea", nullable: false),
                    Model = table.Column<string>(type: "text", nullable: false),
                    ModelDigest = table.Column<string>(type: "text", nullable: false),
                    LabelId = table.Column<int>(type: "integer", nullable: false),
                    Selection = table.Column<byte[]>(type: "bytea", nullable: false),
                    LastPictureId = table.Column<long>(type: "bigint", nullable: false),
                    SelectedTo = table.Column<long>(type: "bigint", nullable: false),
                    IsSelected = table.Column<bool>(type: "boolean", nullable: false),
                    PictureCount = table.Column<long>(type: "bigint", nullable: false),
                    DoneCount = table.Column<long>(type: "bigint", nullable: false),
                    FailedCount = table.Column<long>(type: "bigint", nullable: false),
                    MaskCount = table.Column<long>(type: "bigint", nullable: false),
                    PicturesPerSecond = table.Column<double>(type: "double precision", nullable: false),
                    RateTime = table.Column<long>(type: "bigint", nullable: true),
                    Reason = table.Column<string>(type: "text", nullable: false),
                    RequestId = table.Column<Guid>(type: "uuid", nullable: true),
                    Creator = table.Column<string>(type: "text", nullable: false),
                    CreateTime = table.Column<long>(type: "bigint", nullable: false),
                    EndTime = table.Column<long>(type: "bigint", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Runs", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "Sources",
                columns: table => new
                {
                    Id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    ProjectId = table.Column<Guid>(type: "uuid", nullable: false),
                    Uri = table.Column<string>(type: "text", nullable: false),
                    State = table.Column<int>(type: "integer", nullable: false),
                    PictureCount = table.Column<long>(type: "bigint", nullable: false),
                    ErrorCount = table.Column<long>(type: "bigint", nullable: false),
                    ErrorsJson = table.Column<string>(type: "text", nullable: false),
                    Cursor = table.Column<string>(type: "text", nullable: false),
                    ClaimUntil = table.Column<long>(type: "bigint", nullable: true),
                    IndexTime = table.Column<long>(type: "bigint", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Sources", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "TransferErrors",
                columns: table => new
                {
                    Id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    TransferId = table.Column<long>(type: "bigint", nullable: false),
                    Item = table.Column<string>(type: "text", nullable: false),
                    Field = table.Column<string>(type: "text", nullable: false),
                    Reason = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_TransferErrors", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "Transfers",
                columns: table => new
                {
                    Id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    ProjectId = table.Column<Guid>(type: "uuid", nullable: false),
                    Tenant = table.Column<string>(type: "text", nullable: false),
                    Kind = table.Column<int>(type: "integer", nullable: false),
                    State = table.Column<int>(type: "integer", nullable: false),
                    Format = table.Column<string>(type: "text", nullable: false),
                    Request = table.Column<byte[]>(type: "bytea", nullable: false),
                    Cursor = table.Column<string>(type: "text", nullable: false),
                    ItemCount = table.Column<long>(type: "bigint", nullable: false),
                    DoneCount = table.Column<long>(type: "bigint", nullable: false),
                    AnnotationCount = table.Column<long>(type: "bigint", nullable: false),
                    ErrorCount = table.Column<long>(type: "bigint", nullable: false),
                    Reason = table.Column<string>(type: "text", nullable: false),
                    ObjectKey = table.Column<string>(type: "text", nullable: false),
                    SizeBytes = table.Column<long>(type: "bigint", nullable: false),
                    FileName = table.Column<string>(type: "text", nullable: false),
                    RequestId = table.Column<Guid>(type: "uuid", nullable: true),
                    Creator = table.Column<string>(type: "text", nullable: false),
                    Owner = table.Column<string>(type: "text", nullable: false),
                    ClaimUntil = table.Column<long>(type: "bigint", nullable: true),
                    CreateTime = table.Column<long>(type: "bigint", nullable: false),
                    EndTime = table.Column<long>(type: "bigint", nullable: true),
                    ExpireTime = table.Column<long>(type: "bigint", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Transfers", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "UploadParts",
                columns: table => new
                {
                    UploadId = table.Column<Guid>(type: "uuid", nullable: false),
                    Offset = table.Column<long>(type: "bigint", nullable: false),
                    SizeBytes = table.Column<long>(type: "bigint", nullable: false),
                    ObjectKey = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_UploadParts", x => new { x.UploadId, x.Offset });
                });

            migrationBuilder.CreateTable(
                name: "Uploads",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    Tenant = table.Column<string>(type: "text", nullable: false),
                    ProjectId = table.Column<Guid>(type: "uuid", nullable: true),
                    FileName = table.Column<string>(type: "text", nullable: false),
                    SizeBytes = table.Column<long>(type: "bigint", nullable: false),
                    ReceivedBytes = table.Column<long>(type: "bigint", nullable: false),
                    Complete = table.Column<bool>(type: "boolean", nullable: false),
                    CreateTime = table.Column<long>(type: "bigint", nullable: false),
                    ExpireTime = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Uploads", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "Verdicts",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "uuid", nullable: false),
                    ProjectId = table.Column<Guid>(type: "uuid", nullable: false),
                    PictureId = table.Column<long>(type: "bigint", nullable: false),
                    AnnotationId = table.Column<Guid>(type: "uuid", nullable: false),
                    AnnotationRevision = table.Column<long>(type: "bigint", nullable: false),
                    Kind = table.Column<int>(type: "integer", nullable: false),
                    Note = table.Column<string>(type: "text", nullable: false),
                    Reviewer = table.Column<string>(type: "text", nullable: false),
                    CreateTime = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Verdicts", x => x.Id);
                });

            migrationBuilder.CreateIndex(
                name: "IX_Annotations_PictureId_JobId_Z_Id",
                table: "Annotations",
                columns: new[] { "PictureId", "JobId", "Z", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_Annotations_ProjectId_PictureId",
                table: "Annotations",
                columns: new[] { "ProjectId", "PictureId" });

            migrationBuilder.CreateIndex(
                name: "IX_FrozenMasks_PictureId_JobId",
                table: "FrozenMasks",
                columns: new[] { "PictureId", "JobId" });

            migrationBuilder.CreateIndex(
                name: "IX_IssueComments_IssueId",
                table: "IssueComments",
                column: "IssueId");

            migrationBuilder.CreateIndex(
                name: "IX_Issues_PictureId",
                table: "Issues",
                column: "PictureId");

            migrationBuilder.CreateIndex(
                name: "IX_JobPictures_PictureId",
                table: "JobPictures",
                column: "PictureId");

            migrationBuilder.CreateIndex(
                name: "IX_Jobs_ProjectId",
                table: "Jobs",
                column: "ProjectId");

            migrationBuilder.CreateIndex(
                name: "IX_Jobs_ProjectId_RequestId",
                table: "Jobs",
                columns: new[] { "ProjectId", "RequestId" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_Labels_ProjectId_Name",
                table: "Labels",
                columns: new[] { "ProjectId", "Name" },
                unique: true,
                filter: "\"DeleteTime\" IS NULL");

            migrationBuilder.CreateIndex(
                name: "IX_Members_Subject",
                table: "Members",
                column: "Subject");

            migrationBuilder.CreateIndex(
                name: "IX_Operations_AnnotationId_Sequence",
                table: "Operations",
                columns: new[] { "AnnotationId", "Sequence" });

            migrationBuilder.CreateIndex(
                name: "IX_Operations_ProjectId_ClientId",
                table: "Operations",
                columns: new[] { "ProjectId", "ClientId" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_PictureLabels_PictureId",
                table: "PictureLabels",
                column: "PictureId");

            migrationBuilder.CreateIndex(
                name: "IX_PictureLabels_ProjectId_LabelId_PictureId",
                table: "PictureLabels",
                columns: new[] { "ProjectId", "LabelId", "PictureId" },
                filter: "\"Count\" > 0");

            migrationBuilder.CreateIndex(
                name: "IX_Pictures_DeleteTime",
                table: "Pictures",
                column: "DeleteTime",
                filter: "\"DeleteTime\" IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_Pictures_Filters",
                table: "Pictures",
                columns: new[] { "ProjectId", "Id", "State", "Split", "AnnotationCount", "ProposalCount", "UnsatisfactoryCount", "OpenIssueCount" },
                filter: "\"DeleteTime\" IS NULL");

            migrationBuilder.CreateIndex(
                name: "IX_Pictures_ProjectId_Agreement_Id",
                table: "Pictures",
                columns: new[] { "ProjectId", "Agreement", "Id" },
                filter: "\"DeleteTime\" IS NULL");

            migrationBuilder.CreateIndex(
                name: "IX_Pictures_ProjectId_MeanPredictedIou_Id",
                table: "Pictures",
                columns: new[] { "ProjectId", "MeanPredictedIou", "Id" },
                filter: "\"DeleteTime\" IS NULL");

            migrationBuilder.CreateIndex(
                name: "IX_Pictures_ProjectId_Name",
                table: "Pictures",
                columns: new[] { "ProjectId", "Name" },
                unique: true,
                filter: "\"DeleteTime\" IS NULL");

            migrationBuilder.CreateIndex(
                name: "IX_Pictures_ProjectId_RandomKey_Id",
                table: "Pictures",
                columns: new[] { "ProjectId", "RandomKey", "Id" },
                filter: "\"DeleteTime\" IS NULL");

            migrationBuilder.CreateIndex(
                name: "IX_Pictures_ProjectId_Sha256",
                table: "Pictures",
                columns: new[] { "ProjectId", "Sha256" },
                unique: true,
                filter: "\"DeleteTime\" IS NULL");

            migrationBuilder.CreateIndex(
                name: "IX_Pictures_ProjectId_State_AnnotationCount_ProposalCount",
                table: "Pictures",
                columns: new[] { "ProjectId", "State", "AnnotationCount", "ProposalCount" },
                filter: "\"DeleteTime\" IS NULL");

            migrationBuilder.CreateIndex(
                name: "IX_Pictures_ProjectId_State_Id",
                table: "Pictures",
                columns: new[] { "ProjectId", "State", "Id" },
                filter: "\"DeleteTime\" IS NULL");

            migrationBuilder.CreateIndex(
                name: "IX_Pictures_ProjectId_UnsatisfactoryCount_Id",
                table: "Pictures",
                columns: new[] { "ProjectId", "UnsatisfactoryCount", "Id" },
                filter: "\"DeleteTime\" IS NULL");

            migrationBuilder.CreateIndex(
                name: "IX_Pictures_ProjectId_UpdateTime_Id",
                table: "Pictures",
                columns: new[] { "ProjectId", "UpdateTime", "Id" },
                filter: "\"DeleteTime\" IS NULL");

            migrationBuilder.CreateIndex(
                name: "IX_Pictures_Sha256",
                table: "Pictures",
                column: "Sha256",
                filter: "\"DeleteTime\" IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_Projects_Tenant_Name",
                table: "Projects",
                columns: new[] { "Tenant", "Name" },
                unique: true,
                filter: "\"DeleteTime\" IS NULL");

            migrationBuilder.CreateIndex(
                name: "IX_Reminders_GrainHash",
                table: "Reminders",
                column: "GrainHash");

            migrationBuilder.CreateIndex(
                name: "IX_RunPictures_RunId_State_PictureId",
                table: "RunPictures",
                columns: new[] { "RunId", "State", "PictureId" });

            migrationBuilder.CreateIndex(
                name: "IX_Runs_ProjectId",
                table: "Runs",
                column: "ProjectId");

            migrationBuilder.CreateIndex(
                name: "IX_Runs_ProjectId_RequestId",
                table: "Runs",
                columns: new[] { "ProjectId", "RequestId" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_Runs_State",
                table: "Runs",
                column: "State");

            migrationBuilder.CreateIndex(
                name: "IX_Sources_ProjectId",
                table: "Sources",
                column: "ProjectId");

            migrationBuilder.CreateIndex(
                name: "IX_TransferErrors_TransferId_Id",
                table: "TransferErrors",
                columns: new[] { "TransferId", "Id" });

            migrationBuilder.CreateIndex(
                name: "IX_Transfers_ProjectId",
                table: "Transfers",
                column: "ProjectId");

            migrationBuilder.CreateIndex(
                name: "IX_Transfers_ProjectId_RequestId",
                table: "Transfers",
                columns: new[] { "ProjectId", "RequestId" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_Transfers_State",
                table: "Transfers",
                column: "State");

            migrationBuilder.CreateIndex(
                name: "IX_Uploads_Tenant",
                table: "Uploads",
                column: "Tenant");

            migrationBuilder.CreateIndex(
                name: "IX_Verdicts_PictureId_CreateTime",
                table: "Verdicts",
                columns: new[] { "PictureId", "CreateTime" });

            migrationBuilder.CreateIndex(
                name: "IX_Verdicts_ProjectId",
                table: "Verdicts",
                column: "ProjectId");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "Annotations");

            migrationBuilder.DropTable(
                name: "FrozenMasks");

            migrationBuilder.DropTable(
                name: "IssueComments");

            migrationBuilder.DropTable(
                name: "Issues");

            migrationBuilder.DropTable(
                name: "JobPictures");

            migrationBuilder.DropTable(
                name: "Jobs");

            migrationBuilder.DropTable(
                name: "Labels");

            migrationBuilder.DropTable(
                name: "Leases");

            migrationBuilder.DropTable(
                name: "Members");

            migrationBuilder.DropTable(
                name: "Operations");

            migrationBuilder.DropTable(
                name: "PictureLabels");

            migrationBuilder.DropTable(
                name: "Pictures");

            migrationBuilder.DropTable(
                name: "Projects");

            migrationBuilder.DropTable(
                name: "Reminders");

            migrationBuilder.DropTable(
                name: "RunPictures");

            migrationBuilder.DropTable(
                name: "Runs");

            migrationBuilder.DropTable(
                name: "Sources");

            migrationBuilder.DropTable(
                name: "TransferErrors");

            migrationBuilder.DropTable(
                name: "Transfers");

            migrationBuilder.DropTable(
                name: "UploadParts");

            migrationBuilder.DropTable(
                name: "Uploads");

            migrationBuilder.DropTable(
                name: "Verdicts");
        }
    }
}
