using System.Net;
using System.Text;
using System.Text.Json;
using Google.Protobuf;
using Grpc.Core;
using Segmentation.Projects.Tests.Fixtures;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Tests.Annotating;

public sealed class ListAnnotationsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory, OnBothDatabases]
    public async Task ListAnnotations_ByPages_HasAllInOrderOfZThenId(DatabaseKind kind)
    {
        await using var record = await TestRecord.CreateAsync(kind);
        await using var server = await ProjectsServer.StartAsync(record);
        var project = await TestProject.CreateAsync(record, server);
        var picture = await project.AddPictureAsync();
        var client = new AnnotationService.AnnotationServiceClient(server.As(TestProject.Manager));
        var random = new Random(7);
        var annotations = Enumerable.Range(0, 23).Select(_ =>
        {
            var annotation = TestProject.NewAnnotation();
            annotation.Id = Guid.NewGuid().ToString();
            annotation.Z = random.Next(-2, 3);
            return annotation;
        }).ToList();
        await client.ApplyOperationsAsync(
            project.Apply(picture, annotations.Select(TestProject.Create)), cancellationToken: Token);

        var listed = new List<string>();
        var request = new ListAnnotationsRequest { Project = project.Id, Picture = picture, PageSize = 5 };
        do
        {
            var page = await client.ListAnnotationsAsync(request, cancellationToken: Token);
            listed.AddRange(page.Annotations.Select(annotation => annotation.Id));
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);

        Assert.Equal(
            annotations.OrderBy(annotation => annotation.Z).ThenBy(annotation => annotation.Id, StringComparer.Ordinal)
                .Select(annotation => annotation.Id),
            listed);
        request.PageToken = "nonsense";
        var wrong = await Assert.ThrowsAsync<RpcException>(
            () => client.ListAnnotationsAsync(request, cancellationToken: Token).ResponseAsync);
        Assert.Equal(StatusCode.InvalidArgument, wrong.StatusCode);
    }

    [Fact]
    public async Task ListAnnotations_ByRest_IsTheSameAndErrorsHaveDetails()
    {
        await using var record = await TestRecord.CreateAsync(DatabaseKind.Sqlite);
        await using var server = await ProjectsServer.StartAsync(record);
        var project = await TestProject.CreateAsync(record, server);
        var picture = await project.AddPictureAsync();
        using var rest = server.RestAs(TestProject.Manager);
        var annotation = TestProject.NewAnnotation();
        var body = new ApplyOperationsRequest { Operations = { TestProject.Create(annotation) } };

        using var applied = await rest.PostAsync(
            $"/v1/projects/{project.Id}/pictures/{picture}/operations",
            new StringContent(JsonFormatter.Default.Format(body), Encoding.UTF8, "application/json"),
            Token);
        Assert.True(applied.IsSuccessStatusCode, await applied.Content.ReadAsStringAsync(Token));
        using var listed = JsonDocument.Parse(
            await rest.GetStringAsync($"/v1/projects/{project.Id}/pictures/{picture}/annotations", Token));
        Assert.Equal(annotation.Id, listed.RootElement.GetProperty("annotations")[0].GetProperty("id").GetString());

        using var missing = await rest.GetAsync($"/v1/projects/{project.Id}/pictures/77/annotations", Token);
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
        Assert.Contains("PICTURE_NOT_FOUND", await missing.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }
}
