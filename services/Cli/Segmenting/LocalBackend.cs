using System.Diagnostics;
using System.Security.Cryptography;
using Google.Protobuf.WellKnownTypes;
using Segmentation.Cli.Commands;
using Segmentation.Models;
using Segmentation.Models.Layouts;
using Segmentation.Protocol.V1;
using Segmentation.Sam;
using Segmentation.Sam.Images;
using Segmentation.Sam.Runtime;
using Prompt = Segmentation.Sam.Prompts.Prompt;

namespace Segmentation.Cli.Segmenting;

/// <summary>Runs a model in this process.</summary>
/// <param name="model">The model.</param>
internal sealed class LocalBackend(ModelPackage model) : ISegmentationBackend
{
    private readonly RuntimeOptions _runtime = new() { IntraOpThreads = Environment.ProcessorCount };

    public Task<SegmentResponse> SegmentAsync(
        byte[] file, IReadOnlyList<Prompt> prompts, OutputOptions output, CancellationToken cancellationToken)
    {
        foreach (var prompt in prompts)
        {
            Refuse(prompt);
        }

        var image = ImageReader.ReadForModel(
            file, ImageLimits.Default, model.Layout.Resizing, cancellationToken);
        var started = Stopwatch.GetTimestamp();
        var embedding = new float[model.EmbeddingLength];
        using (var encoder = new ImageEncoder(model, _runtime))
        {
            started = Stopwatch.GetTimestamp();
            encoder.Encode([image], embedding, cancellationToken);
        }

        var encodeTime = Stopwatch.GetElapsedTime(started);
        using var segmenter = new Segmenter(model, _runtime);
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
                Model = model.Id,
                ModelDigest = model.Digest,
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

    private void Refuse(Prompt prompt)
    {
        var features = new PromptFeatures(
            prompt.Points.Count,
            prompt.Points.Any(point => point.Label == Sam.Prompts.PointLabel.Background),
            prompt.Box is not null,
            prompt.MaskLogits is not null);
        if (PromptRefusals.Of(model, features, [model]) is { } refusal)
        {
            throw new CliException(refusal);
        }
    }
}
