using System.Globalization;
using Grpc.Core;
using Microsoft.Net.Http.Headers;
using Segmentation.Projects.Access;
using Segmentation.Projects.Errors;
using Segmentation.Projects.Objects;
using Segmentation.Projects.Storage;
using Segmentation.Projects.Storage.Rows;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Transfers;

/// <summary>The route of results: the file or a part of it, or the address at which the object store gives it.</summary>
internal sealed class Downloads(TransferRecord transfers, ProjectAccess access, IObjectStore objects, TimeProvider clock)
{
    private static readonly TimeSpan _addressLifetime = TimeSpan.FromHours(12);

    /// <summary>Maps the route.</summary>
    public static void Map(IEndpointRouteBuilder app)
    {
        var downloads = app.ServiceProvider.GetRequiredService<Downloads>();
        app.MapMethods(
            "/v1/projects/{project}/transfers/{transfer}/file",
            [HttpMethods.Get, HttpMethods.Head],
            context => RouteProblems.RunAsync(context, () => downloads.SendAsync(context)));
    }

    private async Task SendAsync(HttpContext context)
    {
        var token = context.RequestAborted;
        var grant = await access.RequireAsync(context, $"{context.Request.RouteValues["project"]}", Role.Viewer);
        var text = $"{context.Request.RouteValues["transfer"]}";
        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id))
        {
            throw ProjectProblem.NotFound("Transfer", text);
        }

        var row = await transfers.GetAsync(grant.ProjectId, id, token);
        CheckResult(row);
        if (row.Kind == TransferKind.Backup && grant.Role < Role.Manager)
        {
            throw ProjectAccess.Denied(grant, Role.Manager);
        }

        if (await objects.PresignAsync(row.ObjectKey, row.FileName, _addressLifetime, token) is { } address)
        {
            context.Response.Headers.CacheControl = "no-store";
            context.Response.Redirect(address.AbsoluteUri);
            return;
        }

        await SendAsync(context, row);
    }

    private async Task SendAsync(HttpContext context, TransferRow row)
    {
        var tag = new EntityTagHeaderValue($"\"{row.Id}-{row.SizeBytes}\"");
        var headers = context.Response.GetTypedHeaders();
        (headers.ETag, headers.LastModified) = (tag, row.EndTime);
        var disposition = new ContentDispositionHeaderValue("attachment");
        disposition.SetHttpFileName(row.FileName);
        headers.ContentDisposition = disposition;
        headers.CacheControl = new CacheControlHeaderValue { Private = true, NoCache = true };
        context.Response.Headers.AcceptRanges = "bytes";
        context.Response.ContentType = "application/zip";
        var (from, length) = RangeOf(context, row.SizeBytes, tag);
        if (from >= row.SizeBytes)
        {
            headers.ContentRange = new ContentRangeHeaderValue(row.SizeBytes);
            context.Response.StatusCode = StatusCodes.Status416RangeNotSatisfiable;
            return;
        }

        context.Response.ContentLength = length;
        if (length < row.SizeBytes)
        {
            headers.ContentRange = new ContentRangeHeaderValue(from, from + length - 1, row.SizeBytes);
            context.Response.StatusCode = StatusCodes.Status206PartialContent;
        }

        if (HttpMethods.IsGet(context.Request.Method))
        {
            await using var bytes = await objects.OpenAsync(row.ObjectKey, from, length, context.RequestAborted)
                ?? throw Gone(row);
            await bytes.CopyToAsync(context.Response.Body, context.RequestAborted);
        }
    }

    /// <summary>The part that is asked for; all of the file where several parts are, or the caller knows another file.</summary>
    private static (long From, long Length) RangeOf(HttpContext context, long size, EntityTagHeaderValue tag)
    {
        var headers = context.Request.GetTypedHeaders();
        if (headers.Range is not { } range
            || range.Unit != "bytes"
            || range.Ranges.Count != 1
            || (headers.IfRange is { } known && known.EntityTag?.Compare(tag, useStrongComparison: true) != true))
        {
            return (0, size);
        }

        var part = range.Ranges.First();
        var from = part.From ?? Math.Max(0, size - (part.To ?? 0));
        var to = part.From is null ? size - 1 : Math.Min(part.To ?? (size - 1), size - 1);
        return (from, to - from + 1);
    }

    private void CheckResult(TransferRow row)
    {
        if (row.State == TransferState.Running)
        {
            throw ProjectProblem.Of(
                StatusCode.FailedPrecondition,
                "TRANSFER_RUNNING",
                "The transfer is not done. WatchTransfer tells when there is a file.");
        }

        if (row.ObjectKey.Length == 0 || row.ExpireTime <= clock.Now())
        {
            throw Gone(row);
        }
    }

    private static RpcException Gone(TransferRow row) => ProjectProblem.NotFound(
        "Result",
        row.Id.ToString(CultureInfo.InvariantCulture),
        row.ExpireTime is { } time
            ? $"The file of this transfer was deleted at {time.UtcDateTime:yyyy-MM-dd HH:mm} UTC. Start the transfer again."
            : "This transfer has no file.");
}
