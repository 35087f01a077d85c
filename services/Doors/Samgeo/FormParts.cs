using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using Segmentation.Doors.Contract;

namespace Segmentation.Doors.Samgeo;

/// <summary>Takes a body of <c>multipart/form-data</c> apart; the parts' bytes stay where they are.</summary>
internal static class FormParts
{
    private const int MaxParts = 64;
    private const int MaxHeaders = 16;
    private const int MaxHeaderBytes = 4096;
    private const int MaxBoundary = 70;

    /// <summary>Reads the parts by their names; of several with one name the last counts.</summary>
    /// <param name="body">The body.</param>
    /// <param name="contentType">The request's Content-Type.</param>
    /// <param name="cancellationToken">The caller left.</param>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: no such form, cut off, or of too many parts.</exception>
    public static async Task<Dictionary<string, ReadOnlyMemory<byte>>> ReadAsync(
        ReadOnlyMemory<byte> body, string? contentType, CancellationToken cancellationToken)
    {
        using var stream = Streamed(body);
        var reader = new MultipartReader(BoundaryOf(contentType), stream)
        {
            HeadersCountLimit = MaxHeaders,
            HeadersLengthLimit = MaxHeaderBytes,
        };
        Dictionary<string, ReadOnlyMemory<byte>> parts = new(StringComparer.Ordinal);
        try
        {
            for (var count = 0; await reader.ReadNextSectionAsync(cancellationToken) is { } section; count++)
            {
                if (count == MaxParts)
                {
                    throw DoorProblem.Invalid("body", $"The form has more than {MaxParts} parts.");
                }

                var start = (int)section.BaseStreamOffset!.Value;
                await section.Body.DrainAsync(cancellationToken);
                parts[NameOf(section)] = body.Slice(start, (int)section.Body.Position);
            }
        }
        catch (Exception problem) when (problem is IOException or InvalidDataException)
        {
            throw DoorProblem.Invalid("body", "The multipart form is cut off, or damaged. Send it again.");
        }

        return parts;
    }

    private static MemoryStream Streamed(ReadOnlyMemory<byte> body) =>
        System.Runtime.InteropServices.MemoryMarshal.TryGetArray(body, out var bytes)
            ? new MemoryStream(bytes.Array!, bytes.Offset, bytes.Count, writable: false)
            : new MemoryStream(body.ToArray(), writable: false);

    private static string BoundaryOf(string? contentType)
    {
        if (!MediaTypeHeaderValue.TryParse(contentType, out var type)
            || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase))
        {
            throw DoorProblem.Invalid(
                "Content-Type",
                $"{DoorText.Quote(contentType ?? "")}: a form is needed, multipart/form-data, with the picture as file.");
        }

        var boundary = HeaderUtilities.RemoveQuotes(type.Boundary).Value;
        return boundary is { Length: > 0 and <= MaxBoundary }
            ? boundary
            : throw DoorProblem.Invalid("Content-Type", $"A boundary of 1 to {MaxBoundary} characters is needed.");
    }

    private static string NameOf(MultipartSection section) =>
        ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition)
            && HeaderUtilities.RemoveQuotes(disposition.Name).Value is { Length: > 0 } name
            ? name
            : throw DoorProblem.Invalid("body", "A part of the form has no Content-Disposition with a name.");
}
