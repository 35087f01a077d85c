using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Segmentation.Projects.Access;
using Segmentation.Projects.Errors;
using Segmentation.Projects.Pictures.Changing;
using Segmentation.Projects.Pictures.Files;
using Segmentation.Projects.Pictures.Handing;
using Segmentation.Projects.Pictures.Intake;
using Segmentation.Projects.Pictures.Listing;
using Segmentation.Projects.Pictures.Sources;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Pictures;

/// <summary>Pictures over gRPC and, in JSON, over HTTP: lets callers in, and hands the work on.</summary>
internal sealed class PictureGrpcService(
    ProjectAccess access,
    PictureUploads uploads,
    PictureLookup lookup,
    PictureLists lists,
    PictureChanges changes,
    HandOuts handOuts,
    NextPictures next,
    PictureLeases leases,
    SourceCatalogue sources) : PictureService.PictureServiceBase
{
    private const int ChunkBytes = 256 * 1024;

    /// <inheritdoc/>
    public override async Task<Picture> AddPicture(
        IAsyncStreamReader<AddPictureRequest> requestStream, ServerCallContext context)
    {
        if (!await requestStream.MoveNext(context.CancellationToken)
            || requestStream.Current.Metadata is not { } metadata)
        {
            throw ProjectProblem.Invalid("metadata", "is missing; the first message names the project and the file");
        }

        var grant = await access.RequireAsync(context, metadata.Project, Role.Annotator);
        return await uploads.AddAsync(grant, metadata, requestStream, context.CancellationToken);
    }

    /// <inheritdoc/>
    public override async Task<Picture> GetPicture(GetPictureRequest request, ServerCallContext context)
    {
        var grant = await access.RequireAsync(context, request.Project, Role.Viewer);
        var (picture, lease) = await lookup.FindWithLeaseAsync(
            grant.ProjectId, request.Picture, context.CancellationToken);
        return PictureMessages.Of(picture, lease);
    }

    /// <inheritdoc/>
    public override async Task ReadPicture(
        ReadPictureRequest request, IServerStreamWriter<ReadPictureResponse> responseStream, ServerCallContext context)
    {
        var grant = await access.RequireAsync(context, request.Project, Role.Viewer);
        var picture = await lookup.FindAsync(grant.ProjectId, request.Picture, context.CancellationToken);
        var bytes = request.Thumbnail
            ? await handOuts.ThumbnailAsync(grant, picture, context.CancellationToken)
            : await handOuts.FileAsync(grant, picture, context.CancellationToken);
        for (var sent = 0; sent < bytes.Length; sent += ChunkBytes)
        {
            var chunk = bytes.Slice(sent, Math.Min(ChunkBytes, bytes.Length - sent));
            await responseStream.WriteAsync(
                new ReadPictureResponse { Chunk = UnsafeByteOperations.UnsafeWrap(chunk) }, context.CancellationToken);
        }
    }

    /// <inheritdoc/>
    public override async Task<ListPicturesResponse> ListPictures(
        ListPicturesRequest request, ServerCallContext context)
    {
        var grant = await access.RequireAsync(context, request.Project, Role.Viewer);
        return await lists.ListAsync(grant.ProjectId, request, context.CancellationToken);
    }

    /// <inheritdoc/>
    public override async Task<UpdatePicturesResponse> UpdatePictures(
        UpdatePicturesRequest request, ServerCallContext context)
    {
        var grant = await access.RequireAsync(context, request.Project, Role.Annotator);
        return await changes.UpdateAsync(grant, request, context.CancellationToken);
    }

    /// <inheritdoc/>
    public override async Task<Empty> DeletePictures(DeletePicturesRequest request, ServerCallContext context)
    {
        var grant = await access.RequireAsync(context, request.Project, Role.Manager);
        await changes.DeleteAsync(grant, request, context.CancellationToken);
        return new Empty();
    }

    /// <inheritdoc/>
    public override async Task<NextPictureResponse> NextPicture(NextPictureRequest request, ServerCallContext context)
    {
        var grant = await access.RequireAsync(context, request.Project, Role.Annotator);
        return await next.NextAsync(grant, request, context.CancellationToken);
    }

    /// <inheritdoc/>
    public override async Task<Lease> LeasePicture(LeasePictureRequest request, ServerCallContext context)
    {
        var grant = await access.RequireAsync(context, request.Project, Role.Annotator);
        return await leases.TakeAsync(grant, request, context.CancellationToken);
    }

    /// <inheritdoc/>
    public override async Task<Empty> ReleasePicture(ReleasePictureRequest request, ServerCallContext context)
    {
        var grant = await access.RequireAsync(context, request.Project, Role.Annotator);
        await leases.ReleaseAsync(grant, request, context.CancellationToken);
        return new Empty();
    }

    /// <inheritdoc/>
    public override async Task<Source> CreateSource(CreateSourceRequest request, ServerCallContext context)
    {
        var grant = await access.RequireAsync(context, request.Project, Role.Manager);
        return await sources.CreateAsync(grant, request, context.CancellationToken);
    }

    /// <inheritdoc/>
    public override async Task<ListSourcesResponse> ListSources(ListSourcesRequest request, ServerCallContext context)
    {
        var grant = await access.RequireAsync(context, request.Project, Role.Viewer);
        return await sources.ListAsync(grant, context.CancellationToken);
    }

    /// <inheritdoc/>
    public override async Task<Source> IndexSource(IndexSourceRequest request, ServerCallContext context)
    {
        var grant = await access.RequireAsync(context, request.Project, Role.Manager);
        return await sources.IndexAsync(grant, request, context.CancellationToken);
    }
}
