using System.Buffers.Binary;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Segmentation.Doors.Contract;
using Segmentation.Doors.Crops;
using Segmentation.Protocol.V1;

namespace Segmentation.Doors.Roboflow;

/// <summary>Answers <c>/sam/embed_image</c> and <c>/sam2/embed_image</c>.</summary>
internal sealed class RoboflowEmbedding(RoboflowOptions options, RoboflowImages images, TimeProvider clock)
{
    /// <summary>
    /// Answers with the embedding itself, as nested lists or as an array of numpy's: float32 of [1, 256, 64, 64].
    /// </summary>
    public async Task<IResult> AnswerSam1Async(DoorCall call)
    {
        var started = clock.GetTimestamp();
        using var document = await call.ReadJsonAsync();
        var body = document.RootElement;
        var format = RoboflowBody.Format(body, "json", "binary");
        var image = await UploadAsync(call, body, "sam_version_id");
        var embedding = await call.Model.GetEmbeddingAsync(new() { Id = image.Id, Model = image.Model }, call.Aborted);
        var values = embedding.Float16.Memory;
        int[] shape = [1, .. embedding.Shape.Select(length => (int)length)];
        return format == "binary"
            ? Results.Bytes(File(values.Span, shape), "application/octet-stream")
            : new Nested(values, shape, () => clock.GetElapsedTime(started));
    }

    /// <summary>Answers with the id by which the image is found again.</summary>
    public async Task<IResult> AnswerSam2Async(DoorCall call)
    {
        var started = clock.GetTimestamp();
        using var document = await call.ReadJsonAsync();
        var image = await UploadAsync(call, document.RootElement, "sam2_version_id");
        var id = RoboflowBody.ImageId(document.RootElement);
        return Results.Json(new
        {
            image_id = id.Length > 0 ? id : image.Id,
            time = clock.GetElapsedTime(started).TotalSeconds,
        });
    }

    private async Task<Image> UploadAsync(DoorCall call, JsonElement body, string version)
    {
        var file = await images.FindFileAsync(call, body)
            ?? throw DoorProblem.Invalid("image", "Missing: an image, {\"type\": \"base64\", \"value\": ...}, is needed.");
        var image = await call.Model.UploadAsync(file, RoboflowBody.Model(body, version, options), call.Aborted);
        images.Remember(call, body, image.Id);
        return image;
    }

    /// <summary>The first tensor of an embedding as numpy's file: models may have others behind it.</summary>
    private static byte[] File(ReadOnlySpan<byte> float16, int[] shape)
    {
        var header = NumpyFile.Header("<f4", shape);
        var count = shape.Aggregate(1, (product, length) => product * length);
        var file = new byte[header.Length + (sizeof(float) * count)];
        header.CopyTo(file, 0);
        for (var i = 0; i < count; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(
                file.AsSpan(header.Length + (sizeof(float) * i)), ValueAt(float16, i));
        }

        return file;
    }

    private static float ValueAt(ReadOnlySpan<byte> float16, int index) =>
        (float)BinaryPrimitives.ReadHalfLittleEndian(float16[(2 * index)..]);

    /// <summary><c>{"embeddings": [[[[...]]]], "time"}</c>.</summary>
    private sealed class Nested(ReadOnlyMemory<byte> float16, int[] shape, Func<TimeSpan> elapsed) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.ContentType = "application/json";
            var chunks = new JsonChunks(httpContext.Response.BodyWriter, httpContext.RequestAborted);
            chunks.Text("""{"embeddings":"""u8);
            await WriteAsync(chunks, axis: 0, index: 0);
            chunks.Text(""","time":"""u8);
            chunks.Number((float)elapsed().TotalSeconds);
            chunks.Text("}"u8);
            await chunks.FlushAsync();
        }

        /// <summary>Writes an axis, and those within it.</summary>
        /// <returns>Number of the value behind the last one.</returns>
        private async ValueTask<int> WriteAsync(JsonChunks chunks, int axis, int index)
        {
            chunks.Text("["u8);
            for (var i = 0; i < shape[axis]; i++)
            {
                chunks.Text(i == 0 ? ""u8 : ","u8);
                if (axis < shape.Length - 1)
                {
                    index = await WriteAsync(chunks, axis + 1, index);
                    continue;
                }

                chunks.Number(ValueAt(float16.Span, index++));
            }

            chunks.Text("]"u8);
            await chunks.PaceAsync();
            return index;
        }
    }
}
