using System.Security.Cryptography;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Segmentation.Projects.Pictures.Intake;
using Segmentation.Projects.Storage.Rows;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Tests.Fixtures;

/// <summary>A server with one project of the tenant acme: Mia manages it, Anna draws, Vera looks.</summary>
internal sealed class PictureProject : IAsyncDisposable
{
    private PictureProject(TestRecord record, ProjectsServer server, Guid id) =>
        (Record, Server, Id) = (record, server, id);

    public TestRecord Record { get; }

    public ProjectsServer Server { get; }

    public Guid Id { get; }

    public string Name => Id.ToString("D");

    public PictureService.PictureServiceClient As(string subject, string tenant = "acme") =>
        new(Server.As(subject, tenant));

    public PictureService.PictureServiceClient Anna => As("anna");

    public PictureService.PictureServiceClient Mia => As("mia");

    public static async Task<PictureProject> CreateAsync(
        DatabaseKind kind = DatabaseKind.Sqlite,
        ProjectSettings? settings = null,
        Action<WebApplicationBuilder>? configure = null)
    {
        var record = await TestRecord.CreateAsync(kind);
        var server = await ProjectsServer.StartAsync(record, configure);
        var project = new PictureProject(record, server, Guid.CreateVersion7());
        await project.AddProjectAsync(project.Id, "project", settings ?? new ProjectSettings());
        return project;
    }

    /// <summary>Writes a project's rows, as the catalogue does.</summary>
    public async Task AddProjectAsync(Guid id, string name, ProjectSettings settings, string tenant = "acme")
    {
        await using var db = Record.Factory.Open();
        db.Projects.Add(new ProjectRow
        {
            Id = id, Tenant = tenant, Name = name, Description = "", Settings = settings.ToByteArray(), Creator = "mia",
        });
        foreach (var (subject, role) in new[]
        {
            ("mia", Role.Manager), ("anna", Role.Annotator), ("otto", Role.Annotator), ("vera", Role.Viewer),
        })
        {
            db.Members.Add(new MemberRow { ProjectId = id, Subject = subject, Role = role });
        }

        await db.SaveChangesAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Adds a picture over gRPC.</summary>
    public async Task<Picture> AddAsync(
        string name, byte[] file, Action<AddPictureMetadata>? change = null, string subject = "anna")
    {
        var metadata = new AddPictureMetadata { Project = Name, Name = name, SizeBytes = file.Length };
        change?.Invoke(metadata);
        using var call = As(subject).AddPicture(cancellationToken: TestContext.Current.CancellationToken);
        try
        {
            await call.RequestStream.WriteAsync(new AddPictureRequest { Metadata = metadata });
            foreach (var chunk in file.Chunk(64 * 1024))
            {
                await call.RequestStream.WriteAsync(
                    new AddPictureRequest { Chunk = UnsafeByteOperations.UnsafeWrap(chunk) });
            }

            await call.RequestStream.CompleteAsync();
        }
        catch (RpcException)
        {
            // Answered before everything was sent: the answer follows.
        }

        return await call.ResponseAsync;
    }

    /// <summary>Writes rows of pictures without files, numbered from 1.</summary>
    public async Task<List<long>> SeedAsync(int count, Action<PictureRow, int>? change = null)
    {
        await using var db = Open();
        var rows = Enumerable.Range(1, count).Select(number =>
        {
            var row = new PictureRow
            {
                ProjectId = Id,
                Name = $"{number:d4}.png",
                Sha256 = SHA256.HashData(BitConverter.GetBytes(number)),
                Width = 10,
                Height = 10,
                SizeBytes = 1,
                MediaType = "image/png",
                ExifOrientation = 1,
                AttributesJson = "",
                State = PictureState.New,
                ExcludedReason = "",
                RandomKey = RandomOrder.KeyOf(SHA256.HashData(BitConverter.GetBytes(number))),
                SourcePath = "",
                CreateTime = DateTimeOffset.UnixEpoch.AddSeconds(number),
                UpdateTime = DateTimeOffset.UnixEpoch.AddSeconds(number),
            };
            change?.Invoke(row, number);
            return row;
        }).ToList();
        db.Pictures.AddRange(rows);
        await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        return [.. rows.Select(row => row.Id)];
    }

    /// <summary>Opens the record for one piece of a test.</summary>
    public Segmentation.Projects.Storage.ProjectsDb Open() => Record.Factory.Open();

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        await Record.DisposeAsync();
    }
}
