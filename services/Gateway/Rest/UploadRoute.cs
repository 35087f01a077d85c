using Grpc.Core;
using Microsoft.Net.Http.Headers;
using Segmentation.Gateway.Errors;
using Segmentation.Gateway.Identity;
using Segmentation.Gateway.Images;
using Segmentation.Gateway.Receiving;
using Segmentation.Gateway.Responses;
using Segmentation.Protocol.V1;

namespace Segmentation.Gateway.Rest;

/// <summary><c>POST /v1/images?model=</c>: UploadImage for those who have a file and HTTP.</summary>
internal sealed class UploadRoute(ImageUpload upload, IntakeRegistry intakes, RestCalls calls)
{
    private const string Method = "/segmentation.v1.ImageService/UploadImage";
    private const string Multipart = "multipart/form-data";

    /// <summary>Receives an image.</summary>
    public Task<IResult> PostAsync(HttpContext context) => calls.RunAsync(context, Method, async () =>
    {
        var caller = Caller.Of(context);
        var intake = intakes.Of(context);
        var model = ModelQuery.Parse(context.Request.Query).OrThrow();
        var file = FileOf(context.Request, intake);
        var outcome = await upload.ReceiveAsync(
            caller, model, file, intake, UploadFields.Http, context.RequestAborted);
        return new MessageResult(outcome.OrThrow().ToMessage());
    });

    private static IAsyncStreamReader<UploadImageRequest> FileOf(HttpRequest request, RequestIntake intake)
    {
        var type = MediaTypeHeaderValue.TryParse(request.ContentType, out var parsed) ? parsed : null;
        if (type is not null && type.MediaType.Equals(Multipart, StringComparison.OrdinalIgnoreCase))
        {
            var boundary = HeaderUtilities.RemoveQuotes(type.Boundary).Value;
            return string.IsNullOrEmpty(boundary) || boundary.Length > 70
                ? throw Refused("multipart/form-data needs a boundary of 1 to 70 characters.")
                : new MultipartFile(new RequestBody(request.BodyReader, intake), boundary);
        }

        if (request.ContentLength == 0)
        {
            throw Problem.Invalid("body", $"Empty. {Example}", "IMAGE_EMPTY").ToRpcException();
        }

        return request.ContentType is null || IsFile(type)
            ? new BodyChunks(new RequestBody(request.BodyReader, intake), request.ContentLength)
            : throw Refused($"{ClientText.Quote(request.ContentType)} is no image.");
    }

    private const string Example =
        "Send the file as it is with Content-Type: image/jpeg (or another image type, or application/octet-stream), "
        + "for example curl -T photo.jpg -X POST; or as the file part of multipart/form-data, for example "
        + "curl -F image=@photo.jpg.";

    private static bool IsFile(MediaTypeHeaderValue? type) => type is not null
        && (type.Type.Equals("image", StringComparison.OrdinalIgnoreCase)
            || type.MediaType.Equals("application/octet-stream", StringComparison.OrdinalIgnoreCase));

    private static RpcException Refused(string why) =>
        Problem.Invalid("Content-Type", $"{why} {Example}", HttpErrorReasons.UnsupportedMediaType).ToRpcException();
}
