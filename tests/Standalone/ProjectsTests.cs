using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Net.Client.Web;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Standalone.Tests;

/// <summary>Projects in the real program.</summary>
public sealed class ProjectsTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("projects-");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Data => Path.Combine(_folder.FullName, "data");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Project_ByEveryProtocol_IsTheSameAndOutlivesTheProcess()
    {
        Project created;
        await using (var process = await StartAsync())
        {
            Assert.Contains($"  Projects       {Data}", process.Output, StringComparison.Ordinal);
            Assert.False(Directory.Exists(Data));
            created = await CreateAsync(process);
            await ReadByEveryProtocolAsync(process, created);
        }

        // Disposing kills the process: nothing was flushed, closed or said good-bye to.
        await using var again = await StartAsync();
        await ReadByEveryProtocolAsync(again, created);
    }

    [Fact]
    public async Task Rest_HasTheFormsOfTheDocument()
    {
        await using var process = await StartAsync();
        var created = await CreateAsync(process);
        using var http = new HttpClient { BaseAddress = process.Http };

        var list = await http.GetFromJsonAsync<JsonObject>("/v1/projects?pageSize=5", Cancel);
        using var missing = await http.GetAsync("/v1/projects/00000000-0000-0000-0000-000000000001", Cancel);
        using var unreadable = await http.PostAsync("/v1/projects", new StringContent("{", null, "application/json"), Cancel);

        var project = list!["projects"]![0]!;
        Assert.Equal(created.Id, project["id"]!.GetValue<string>());

        // 64-bit numbers are strings, and what has its default is left out.
        Assert.Equal($"{created.Revision}", project["revision"]!.GetValue<string>());
        Assert.Null(project["description"]);
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
        var problem = await missing.Content.ReadFromJsonAsync<JsonObject>(Cancel);
        Assert.Equal(5, problem!["code"]!.GetValue<int>());
        Assert.Contains(
            problem["details"]!.AsArray(), detail => detail!["reason"]?.GetValue<string>() == "PROJECT_NOT_FOUND");
        Assert.Equal(HttpStatusCode.BadRequest, unreadable.StatusCode);
    }

    [Fact]
    public async Task Metrics_CountCallsUnderTheNamesThatGatewaysGive()
    {
        await using var process = await StartAsync();
        using var http = new HttpClient { BaseAddress = process.Http };

        using var missing = await http.GetAsync("/v1/projects/p/pictures/1/file", Cancel);
        using var list = await http.GetAsync("/v1/projects", Cancel);
        var scrape = await http.GetStringAsync(new Uri(process.Operators, "/metrics"), Cancel);

        var calls = scrape.Split('\n')
            .Where(line => line.StartsWith("segmentation_gateway_requests_total{", StringComparison.Ordinal)).ToList();
        Assert.Single(calls, line => line.Contains(
            "\"GET /v1/projects/{project}/pictures/{picture}/file\"", StringComparison.Ordinal));
        Assert.Single(calls, line => line.Contains(
            "\"/segmentation.projects.v1.ProjectService/ListProjects\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Folder_ThatCannotBeWritten_IsAProblemOfProjectsOnly()
    {
        // A file where the folder would be.
        await File.WriteAllTextAsync(Data, "no folder", Cancel);
        await using var process = await StartAsync();
        using var http = new HttpClient { BaseAddress = process.Http };

        using var answer = await http.GetAsync("/v1/projects", Cancel);
        var problem = await answer.Content.ReadFromJsonAsync<JsonObject>(Cancel);
        using var channel = GrpcChannel.ForAddress(process.Grpc);
        var failure = await Assert.ThrowsAsync<RpcException>(() => new ProjectService.ProjectServiceClient(channel)
            .ListProjectsAsync(new(), cancellationToken: Cancel).ResponseAsync);
        var models = await http.GetFromJsonAsync<JsonObject>("/v1/models", Cancel);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Contains("Segmentation:Projects:DataFolder", problem!["message"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal(StatusCode.Unavailable, failure.StatusCode);
        Assert.NotEmpty(models!["models"]!.AsArray());

        File.Delete(Data);
        await CreateAsync(process);
    }

    private static async Task<Project> CreateAsync(StandaloneProcess process)
    {
        using var http = new HttpClient { BaseAddress = process.Http };
        using var answer = await http.PostAsJsonAsync("/v1/projects", new { name = "Boats", settings = new { } }, Cancel);
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, text);
        return Google.Protobuf.JsonParser.Default.Parse<Project>(text);
    }

    private static async Task ReadByEveryProtocolAsync(StandaloneProcess process, Project created)
    {
        using var grpc = GrpcChannel.ForAddress(process.Grpc);
        using var web = WebChannel(process, GrpcWebMode.GrpcWeb);
        using var text = WebChannel(process, GrpcWebMode.GrpcWebText);
        foreach (var channel in new[] { grpc, web, text })
        {
            var read = await new ProjectService.ProjectServiceClient(channel)
                .GetProjectAsync(new() { Project = created.Id }, cancellationToken: Cancel);
            Assert.Equal((created.Id, "Boats"), (read.Id, read.Name));
        }

        using var http = new HttpClient { BaseAddress = process.Http };
        var json = await http.GetFromJsonAsync<JsonObject>($"/v1/projects/{created.Id}", Cancel);
        Assert.Equal("Boats", json!["name"]!.GetValue<string>());
    }

    private static GrpcChannel WebChannel(StandaloneProcess process, GrpcWebMode mode) => GrpcChannel.ForAddress(
        process.Http,
        new GrpcChannelOptions
        {
            HttpHandler = new GrpcWebHandler(mode, new HttpClientHandler()), HttpVersion = new Version(1, 1),
        });

    private Task<StandaloneProcess> StartAsync() =>
        StandaloneProcess.StartReadyAsync(Cancel, $"Segmentation:Projects:DataFolder={Data}");
}
