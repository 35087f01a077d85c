using System.Diagnostics;
using System.Security.Cryptography;
using Google.Protobuf.WellKnownTypes;
using Segmentation.Models;
using Segmentation.Protocol.V1;
using Segmentation.Sam;
using Segmentation.Sam.Images;
using Segmentation.Sam.Runtime;
using Prompt = Segmentation.Sam.Prompts.Prompt;

namespace Segmentation.Cli.Segmenting;

/// <summary>Runs the default model in this process.</summary>
internal sealed class LocalBackend : ISegmentationBackend
{
    private readonly ModelPackage _model = ModelCatalog.Default.Open();
    private readonly RuntimeOptions _runtime = new() { IntraOpThreads = Environment.ProcessorCount };

    public Task<SegmentResponse> SegmentAsync(
        byte[] file, IReadOnlyList<Prompt> prompts, OutputOptions output, CancellationToken cancellationToken)
    {
        var image = ImageReader.ReadForModel(
            file, ImageLimits.Default, _model.Layout.Resizing, cancellationToken);
        var started = Stopwatch.GetTimestamp();
        var embedding = new float[_model.EmbeddingLength];
        using (var encoder = new ImageEncoder(_model, _runtime))
        {
            started = Stopwatch.GetTimestamp();
            encoder.Encode([image], embedding, cancellationToken);
        }

        var encodeTime = Stopwatch.GetElapsedTime(started);
        using var segmenter = new Segmenter(_model, _runtime);
        var prepared = segmenter.Prepare(embedding, image.Geometry, cancellationToken);
        started = Stopwatch.GetTimestamp();
        var results = segmenter.Segment(
            prepared, prompts, ResponseMapper.ToOptions(output), segmenter.CreateWorkspace(), cancellationToken);
        var response = new SegmentResponse
        {
            Image = new Image
            {
                Id = $"sha256:{Convert.ToHexStringLower(SHA256.HashData(file))}",
                Width = (uint)image.Geometry.Width,
                Height = (uint)image.Geometry.Height,
                SizeBytes = (ulong)file.Length,
                MediaType = image.MediaType,
                Model = _model.Id,
                EncodeDuration = Duration.FromTimeSpan(encodeTime),
            },
            DecodeDuration = Duration.FromTimeSpan(Stopwatch.GetElapsedTime(started)),
        };
        response.Results.AddRange(results.Select(ResponseMapper.ToResult));
        return Task.FromResult(response);
    }

    public void Dispose()
    {
    }
}
