using Grpc.Core;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using Segmentation.Gateway.Errors;
using Segmentation.Protocol.V1;

namespace Segmentation.Gateway.Rest;

/// <summary>The one file of a form as the messages of an upload; nothing of it is kept.</summary>
internal sealed class MultipartFile(Stream body, string boundary) : IAsyncStreamReader<UploadImageRequest>
{
    // Bytes of what the form's reader says, which repeats whole lines.
    private const int MostRepeated = 200;

    private const string Example = "Send one file part, for example curl -F image=@photo.jpg.";

    private readonly MultipartReader _parts = new(boundary, body);
    private BodyChunks? _file;

    public UploadImageRequest Current => _file!.Current;

    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        try
        {
            _file ??= await NextAsync(cancellationToken) is { } part
                ? new BodyChunks(part.Body, announced: null)
                : throw Refused("It has no part.");
            if (await _file.MoveNext(cancellationToken))
            {
                return true;
            }

            return await NextAsync(cancellationToken) is null ? false : throw Refused("It has more than one part.");
        }
        catch (InvalidDataException exception)
        {
            throw Refused(ClientText.Fit(exception.Message, MostRepeated));
        }
        catch (IOException exception) when (
            exception is not BadHttpRequestException && !cancellationToken.IsCancellationRequested)
        {
            throw Refused("It ends before its last boundary.");
        }
    }

    private static RpcException Refused(string why) =>
        Problem.Invalid("body", $"The form is no upload. {why} {Example}", "INVALID_FORM").ToRpcException();

    private async Task<MultipartSection?> NextAsync(CancellationToken cancellationToken)
    {
        var part = await _parts.ReadNextSectionAsync(cancellationToken);
        if (part is null)
        {
            return null;
        }

        var isFile = ContentDispositionHeaderValue.TryParse(part.ContentDisposition, out var header)
            && header.IsFileDisposition();
        return isFile
            ? part
            : throw Refused($"Its part {ClientText.Quote(header?.Name.Value ?? "")} is no file.");
    }
}
