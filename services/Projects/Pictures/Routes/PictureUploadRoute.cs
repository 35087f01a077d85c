using System.Text.Json;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using Segmentation.Projects.Access;
using Segmentation.Projects.Errors;
using Segmentation.Projects.Pictures.Intake;
using Segmentation.Projects.Pictures.Listing;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Pictures.Routes;

/// <summary>
/// <c>POST /v1/projects/{project}/pictures:upload</c>: one file as the body, or several as <c>multipart/form-data</c>.
/// </summary>
internal static class PictureUploadRoute
{
    private static readonly JsonFormatter _json = new(JsonFormatter.Settings.Default);

    /// <summary>Maps the route.</summary>
    public static void MapUploadRoute(this IEndpointRouteBuilder app) => app.MapPost(
        "/v1/projects/{project}/pictures:upload",
        context => RouteProblems.RunAsync(context, () => UploadAsync(context)));

    private static async Task UploadAsync(HttpContext context)
    {
        var services = context.RequestServices;
        var access = services.GetRequiredService<ProjectAccess>();
        var grant = await access.RequireAsync(context, (string)context.Request.RouteValues["project"]!, Role.Annotator);
        var uploads = services.GetRequiredService<PictureUploads>();
        var receiver = services.GetRequiredService<FileReceiver>();
        var limit = context.Features.Get<IHttpMaxRequestBodySizeFeature>();
        if (MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var type)
            && type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase))
        {
            if (limit is { IsReadOnly: false })
            {
                // Each file has its own limit: a folder has as many as there are.
                limit.MaxRequestBodySize = null;
            }

            await UploadManyAsync(context, grant, uploads, type);
            return;
        }

        if (limit is { IsReadOnly: false })
        {
            limit.MaxRequestBodySize = receiver.MaxBytes + 1L;
        }

        receiver.CheckSize("body", context.Request.ContentLength ?? 0);
        var picture = Named(grant, "name", context.Request.Query["name"], context.Request.Query);
        var added = await uploads.AddAsync(
            picture, context.Request.Body, context.Request.ContentLength ?? 0, null, context.RequestAborted);
        context.Response.StatusCode = added.IsNew ? StatusCodes.Status201Created : StatusCodes.Status200OK;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(_json.Format(PictureMessages.Of(added.Row)), context.RequestAborted);
    }

    /// <summary>
    /// Answers <c>{"results": [{"name", "outcome", "picture" or "error"}]}</c>: each file has a row of its own, and a
    /// bad one does not stop the others. Rows are sent as files are done.
    /// </summary>
    private static async Task UploadManyAsync(
        HttpContext context, ProjectGrant grant, PictureUploads uploads, MediaTypeHeaderValue type)
    {
        var boundary = HeaderUtilities.RemoveQuotes(type.Boundary).Value;
        if (string.IsNullOrEmpty(boundary))
        {
            throw ProjectProblem.Invalid("Content-Type", "names no boundary; send the form as browsers do");
        }

        var reader = new MultipartReader(boundary, context.Request.Body);
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync("{\"results\":[", context.RequestAborted);
        var separator = "\n";
        await foreach (var row in RowsAsync(context, grant, uploads, reader))
        {
            await context.Response.WriteAsync(separator + row, context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            separator = ",\n";
        }

        await context.Response.WriteAsync("\n]}", context.RequestAborted);
    }

    private static async IAsyncEnumerable<string> RowsAsync(
        HttpContext context, ProjectGrant grant, PictureUploads uploads, MultipartReader reader)
    {
        while (true)
        {
            MultipartSection? section;
            string? problem = null;
            try
            {
                section = await reader.ReadNextSectionAsync(context.RequestAborted);
            }
            catch (Exception error) when (error is IOException or InvalidDataException)
            {
                (section, problem) = (null, error.Message);
            }

            if (problem is not null)
            {
                // The answer has begun: what follows the break is a row, too.
                yield return Row("", "refused", "error", RouteProblems.JsonOf(ProjectProblem.Invalid(
                    "body", $"is no complete multipart form: {problem} Send the files again from here on")));
            }

            if (section is null)
            {
                yield break;
            }

            if (section.AsFileSection() is { FileStream: not null } file)
            {
                yield return await RowAsync(context, grant, uploads, file);
            }
        }
    }

    private static async Task<string> RowAsync(
        HttpContext context, ProjectGrant grant, PictureUploads uploads, FileMultipartSection file)
    {
        try
        {
            var picture = Named(grant, "filename", file.FileName, context.Request.Query);
            var added = await uploads.AddAsync(picture, file.FileStream!, 0, null, context.RequestAborted);
            var message = _json.Format(PictureMessages.Of(added.Row));
            return Row(file.FileName, added.IsNew ? "added" : "present", "picture", message);
        }
        catch (RpcException problem)
        {
            return Row(file.FileName, "refused", "error", RouteProblems.JsonOf(problem));
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            var problem = RouteProblems.Explained(context, error);
            return Row(file.FileName, "refused", "error", RouteProblems.JsonOf(problem));
        }
    }

    private static string Row(string name, string outcome, string field, string value) =>
        $"{{\"name\":{JsonSerializer.Serialize(name)},\"outcome\":\"{outcome}\",\"{field}\":{value}}}";

    private static NewPicture Named(ProjectGrant grant, string field, StringValues name, IQueryCollection query) =>
        new(grant.Tenant, grant.ProjectId, PictureName.Checked(field, name))
        {
            NumberTakenName = query["taken"] == "number",
        };
}
