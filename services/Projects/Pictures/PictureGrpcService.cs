using Grpc.Core;
using Segmentation.Projects.Access;
using Segmentation.Projects.Errors;
using Segmentation.Projects.Pictures.Intake;
using Segmentation.Protocol.Projects.V1;

namespace Segmentation.Projects.Pictures;

/// <summary>Pictures over gRPC and, in JSON, over HTTP: lets callers in, and hands the work on.</summary>
internal sealed class PictureGrpcService(ProjectAccess access, PictureUploads uploads) : PictureService.PictureServiceBase
{
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
}
