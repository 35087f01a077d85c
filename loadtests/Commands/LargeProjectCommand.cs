using System.CommandLine;
using System.Diagnostics;
using Grpc.Net.Client;
using Microsoft.EntityFrameworkCore;
using Segmentation.LoadTests.Projects;
using Segmentation.LoadTests.Reporting;
using Segmentation.LoadTests.Systems;
using Segmentation.Projects.Storage;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.LoadTests.Commands;

/// <summary>
/// A project of many pictures and masks: pages of the gallery, saving an operation, an export. The project is seeded once
/// and found again by the next run.
/// </summary>
internal static class LargeProjectCommand
{
    private const string Name = "Seeded";
    private const int Labels = 20;

    public static Command Create()
    {
        var pictures = new Option<int>("--pictures") { DefaultValueFactory = _ => 100_000, Description = "Pictures." };
        var masks = new Option<int>("--masks") { DefaultValueFactory = _ => 20, Description = "Masks of each picture." };
        var requests = new Option<int>("--requests") { DefaultValueFactory = _ => 300, Description = "Requests a row." };
        var data = new Option<string>("--data")
        {
            DefaultValueFactory = _ => Path.Combine(Path.GetTempPath(), "segmentation-projects-load"),
            Description = "Folder of the record and of exports; it stays.",
        };
        var connection = new Option<string?>("--connection")
        {
            Description = "Connection string of a PostgreSQL database to use in place of SQLite.",
        };
        return MeasuringCommand.Create(
            "projects",
            "Pages, saving and export of a project with many pictures and masks.",
            [pictures, masks, requests, data, connection],
            async (parsed, cancellationToken) =>
            {
                await PublishedServices.UseAsync(cancellationToken);
                var folder = Path.GetFullPath(parsed.GetRequiredValue(data));
                Directory.CreateDirectory(folder);
                var database = parsed.GetValue(connection);
                string[] options = database is null ? [] : [$"Projects:ConnectionString={database}"];
                await using var server = await StandaloneProcess.StartAsync(
                    cancellationToken, [$"Projects:DataFolder={folder}", .. options]);
                var project = await ProjectAsync(server.Channel, cancellationToken);
                using var record = database is null
                    ? ProjectsDbFactory.Sqlite(Path.Combine(folder, ProjectsDbFactory.FileName))
                    : ProjectsDbFactory.Postgres(database);
                var seconds = await FillAsync(
                    record, project, parsed.GetValue(pictures), parsed.GetValue(masks), cancellationToken);
                var load = new ProjectLoad(server, project, Labels);
                return
                [
                    Measurement.Of("seeding", "s", [seconds]),
                    .. await load.MeasureAsync(parsed.GetValue(requests), cancellationToken),
                    Measurement.Of("record on disk", "MB", [await SizeAsync(record, folder, cancellationToken) / 1e6]),
                ];
            });
    }

    private static async Task<Project> ProjectAsync(GrpcChannel channel, CancellationToken cancellationToken)
    {
        var projects = new ProjectService.ProjectServiceClient(channel);
        var found = await projects.ListProjectsAsync(new() { Name = Name }, cancellationToken: cancellationToken);
        return found.Projects is [var project]
            ? project
            : await projects.CreateProjectAsync(
                new()
                {
                    Project = new Project { Name = Name },
                    Labels = { Enumerable.Range(1, Labels).Select(label => $"label {label}") },
                },
                cancellationToken: cancellationToken);
    }

    private static async Task<double> FillAsync(
        ProjectsDbFactory record, Project project, int pictures, int masks, CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        await new ProjectSeed(record, Guid.Parse(project.Id), Labels, masks).FillAsync(
            pictures,
            there =>
            {
                if (there % 10_000 == 0)
                {
                    Console.Error.WriteLine($"{there} of {pictures} pictures are seeded.");
                }
            },
            cancellationToken);
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static async Task<long> SizeAsync(
        ProjectsDbFactory record, string folder, CancellationToken cancellationToken)
    {
        if (record.IsSqlite)
        {
            return Directory.EnumerateFiles(folder, $"{ProjectsDbFactory.FileName}*")
                .Sum(file => new FileInfo(file).Length);
        }

        await using var db = record.Open();
        return await db.Database
            .SqlQueryRaw<long>("""SELECT pg_database_size(current_database()) AS "Value" """)
            .FirstAsync(cancellationToken);
    }
}
