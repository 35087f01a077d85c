using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Segmentation.Doors.Contract;

/// <summary>A request to a door.</summary>
/// <param name="context">The request.</param>
/// <param name="model">What the caller may have done.</param>
/// <param name="intake">Reads the body.</param>
public sealed class DoorCall(HttpContext context, IDoorModel model, IDoorIntake intake)
{
    /// <summary>Largest depth of a JSON body.</summary>
    private const int Depth = 64;

    /// <summary>The request.</summary>
    public HttpContext Context { get; } = context;

    /// <summary>What the caller may have done: pictures, masks, models.</summary>
    public IDoorModel Model { get; } = model;

    /// <summary>Is cancelled when the caller leaves.</summary>
    public CancellationToken Aborted => Context.RequestAborted;

    /// <summary>Text of a variable of the path; empty where the pattern has none of the name.</summary>
    public string Variable(string name) => Context.Request.RouteValues[name] as string ?? "";

    /// <summary>
    /// Reads the body whole. It is charged to the caller, and bounded by the largest picture in base64 and a megabyte.
    /// </summary>
    /// <exception cref="Grpc.Core.RpcException">It is too large, came too slowly, or found no room.</exception>
    public Task<ReadOnlyMemory<byte>> ReadBytesAsync() => intake.ReadAsync(Context, isJson: false);

    /// <summary>
    /// Reads a JSON body, of any content type: several tools name none. Bounded as <see cref="ReadBytesAsync"/>, and
    /// besides in what lies outside of its texts. Dispose of the document.
    /// </summary>
    /// <exception cref="Grpc.Core.RpcException">As above, or it is no JSON object.</exception>
    public async Task<JsonDocument> ReadJsonAsync() => ParseJson(await intake.ReadAsync(Context, isJson: true));

    /// <summary>Reads a JSON object.</summary>
    /// <param name="json">UTF-8, which the document refers to.</param>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: it is no JSON object.</exception>
    public static JsonDocument ParseJson(ReadOnlyMemory<byte> json)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = Depth });
        }
        catch (JsonException exception)
        {
            throw DoorProblem.Invalid(
                "body",
                $"No JSON: wrong at line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}. Send a JSON "
                    + "object.");
        }

        if (document.RootElement.ValueKind == JsonValueKind.Object)
        {
            return document;
        }

        document.Dispose();
        throw DoorProblem.Invalid("body", "No JSON object. Send a JSON object.");
    }
}
