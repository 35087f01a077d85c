using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Segmentation.Doors.OpenInference;

/// <summary>
/// An answer over HTTP: JSON, and behind it the raw bytes of the outputs that are wanted so. Written piece by piece: of
/// masks, one at a time is there as pixels.
/// </summary>
/// <param name="model">The model that ran.</param>
/// <param name="request">The request.</param>
/// <param name="outputs">The outputs.</param>
internal sealed class RestAnswer(InferenceModel model, RestRequest request, IReadOnlyList<OutputTensor> outputs) : IResult
{
    private const int PendingBytes = 32 * 1024;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        try
        {
            await WriteAsync(httpContext);
        }
        catch (OperationCanceledException) when (httpContext.RequestAborted.IsCancellationRequested)
        {
            // Nobody is left to read the rest.
        }
    }

    private async Task WriteAsync(HttpContext context)
    {
        var response = context.Response;
        var cancellationToken = context.RequestAborted;
        var raw = outputs.Where(output => request.IsBinary(output.Name)).ToArray();
        if (raw.Length == 0)
        {
            response.ContentType = "application/json";
            await WriteJsonAsync(response.BodyWriter, () => response.BodyWriter.FlushAsync(cancellationToken).AsTask());
            await response.BodyWriter.FlushAsync(cancellationToken);
            return;
        }

        var json = new ArrayBufferWriter<byte>();
        await WriteJsonAsync(json, () => Task.CompletedTask);
        response.ContentType = "application/octet-stream";
        response.ContentLength = json.WrittenCount + raw.Sum(output => output.Bytes);
        response.Headers[RestRequest.LengthHeader] = $"{json.WrittenCount}";
        await response.BodyWriter.WriteAsync(json.WrittenMemory, cancellationToken);
        foreach (var piece in raw.SelectMany(output => output.Pieces))
        {
            await response.BodyWriter.WriteAsync(piece, cancellationToken);
        }
    }

    private async Task WriteJsonAsync(IBufferWriter<byte> target, Func<Task> flush)
    {
        await using var writer = new Utf8JsonWriter(target);
        writer.WriteStartObject();
        writer.WriteString("model_name", model.Name);
        writer.WriteString("model_version", InferenceModel.Version);
        if (request.Id is { } id)
        {
            writer.WriteString("id", id);
        }

        writer.WriteStartArray("outputs");
        foreach (var output in outputs)
        {
            writer.WriteStartObject();
            writer.WriteString("name", output.Name);
            writer.WriteString("datatype", output.Datatype);
            writer.WriteStartArray("shape");
            foreach (var side in output.Shape)
            {
                writer.WriteNumberValue(side);
            }

            writer.WriteEndArray();
            if (request.IsBinary(output.Name))
            {
                writer.WriteStartObject("parameters");
                writer.WriteNumber("binary_data_size", output.Bytes);
                writer.WriteEndObject();
            }
            else
            {
                await WriteDataAsync(writer, output, flush);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static async Task WriteDataAsync(Utf8JsonWriter writer, OutputTensor output, Func<Task> flush)
    {
        writer.WriteStartArray("data");
        foreach (var piece in output.Pieces)
        {
            output.WriteValues(writer, piece.Span);
            if (writer.BytesPending > PendingBytes)
            {
                writer.Flush();
                await flush();
            }
        }

        writer.WriteEndArray();
    }
}
