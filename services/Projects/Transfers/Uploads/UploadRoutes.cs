using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using Segmentation.Projects.Access;
using Segmentation.Projects.Errors;
using Segmentation.Projects.Storage.Rows;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Transfers.Uploads;

/// <summary>
/// The routes of uploads: <c>POST</c> creates one, <c>PATCH</c> appends, <c>HEAD</c> tells how much has arrived,
/// <c>DELETE</c> ends it.
/// </summary>
internal sealed class UploadRoutes(UploadStore uploads, ProjectAccess access)
{
    /// <summary>Project id of uploads that are to become a new project.</summary>
    public const string Restore = "restore";

    private const string Offset = "Upload-Offset";
    private const string Length = "Upload-Length";

    /// <summary>Maps the routes.</summary>
    public static void Map(IEndpointRouteBuilder app)
    {
        var routes = app.ServiceProvider.GetRequiredService<UploadRoutes>();
        var group = app.MapGroup("/v1/projects/{project}/uploads");
        group.MapPost("", Run(routes.CreateAsync));
        group.MapPatch("{upload}", Run(routes.AppendAsync));
        group.MapMethods("{upload}", [HttpMethods.Head], Run(routes.TellAsync));
        group.MapDelete("{upload}", Run(routes.DeleteAsync));
    }

    private static RequestDelegate Run(Func<HttpContext, Task> handle) =>
        context => RouteProblems.RunAsync(context, () => handle(context));

    private async Task CreateAsync(HttpContext context)
    {
        var (caller, project) = await CheckAsync(context);
        var upload = await ReadAsync(context);
        var id = upload.Id is { Length: > 0 } text ? ProjectAccess.ParseId("id", text) : Guid.CreateVersion7();
        var row = await uploads.CreateAsync(
            caller.Tenant, project, id, upload.Name ?? "", upload.SizeBytes, context.RequestAborted);
        Tell(context, row.ReceivedBytes, row);
        context.Response.StatusCode = StatusCodes.Status201Created;
        await context.Response.WriteAsJsonAsync(
            new UploadAnswer(id.ToString(), row.ReceivedBytes, row.SizeBytes, row.ExpireTime), context.RequestAborted);
    }

    private async Task AppendAsync(HttpContext context)
    {
        var row = await FindAsync(context);
        if (!long.TryParse(context.Request.Headers[Offset], NumberStyles.None, CultureInfo.InvariantCulture, out var from))
        {
            throw ProjectProblem.Invalid(
                Offset, "must be a header with the place of the first byte, a number from 0 on; HEAD tells the number");
        }

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } body)
        {
            // Bytes beyond the announced size are refused below, part by part.
            body.MaxRequestBodySize = null;
        }

        var received = await uploads.AppendAsync(row, from, context.Request.Body, context.RequestAborted);
        if (received is null)
        {
            var now = await FindAsync(context);
            Tell(context, now.ReceivedBytes, now);
            throw ProjectProblem.Of(
                StatusCode.Aborted,
                "UPLOAD_OFFSET",
                $"The upload has {now.ReceivedBytes} bytes, not {from}: go on from there.");
        }

        Tell(context, received.Value, row);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private async Task TellAsync(HttpContext context)
    {
        var row = await FindAsync(context);
        Tell(context, row.ReceivedBytes, row);
        context.Response.Headers.CacheControl = "no-store";
    }

    private async Task DeleteAsync(HttpContext context)
    {
        var row = await FindAsync(context);
        var id = ProjectAccess.ParseId("upload", $"{context.Request.RouteValues["upload"]}");
        await uploads.DeleteAsync(row.Tenant, id, context.RequestAborted);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private async Task<UploadRow> FindAsync(HttpContext context)
    {
        var (caller, project) = await CheckAsync(context);
        var id = ProjectAccess.ParseId("upload", $"{context.Request.RouteValues["upload"]}");
        return await uploads.FindAsync(caller.Tenant, project, id, context.RequestAborted);
    }

    private async Task<(ProjectCaller Caller, Guid? Project)> CheckAsync(HttpContext context)
    {
        var project = $"{context.Request.RouteValues["project"]}";
        if (project == Restore)
        {
            return (ProjectCaller.Of(context), null);
        }

        var grant = await access.RequireAsync(context, project, Role.Manager);
        return (grant.Caller, grant.ProjectId);
    }

    private static async Task<NewUpload> ReadAsync(HttpContext context)
    {
        const string Expected = "must be a JSON object as {\"name\": \"pictures.zip\", \"sizeBytes\": 1234}";
        try
        {
            return await JsonSerializer.DeserializeAsync<NewUpload>(
                    context.Request.Body, JsonSerializerOptions.Web, context.RequestAborted)
                ?? throw ProjectProblem.Invalid("body", Expected);
        }
        catch (JsonException error)
        {
            throw ProjectProblem.Invalid("body", $"{Expected}: {error.Message}");
        }
    }

    private static void Tell(HttpContext context, long received, UploadRow row)
    {
        context.Response.Headers[Offset] = received.ToString(CultureInfo.InvariantCulture);
        context.Response.Headers[Length] = row.SizeBytes.ToString(CultureInfo.InvariantCulture);
    }
}
