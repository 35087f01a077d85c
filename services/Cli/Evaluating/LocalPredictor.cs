using System.Collections.Concurrent;
using Segmentation.Cli.Commands;
using Segmentation.Evaluation.Prompting;
using Segmentation.Evaluation.Protocols;
using Segmentation.Masks;
using Segmentation.Models;
using Segmentation.Sam;
using Segmentation.Sam.Decoding;
using Segmentation.Sam.Images;
using Segmentation.Sam.Prompts;

namespace Segmentation.Cli.Evaluating;

/// <summary>Answers the prompts of an evaluation with a model in this process, as a server would to the last pixel.</summary>
internal sealed class LocalPredictor : IMaskPredictor
{
    private readonly ImageEncoder _encoder;
    private readonly Segmenter _segmenter;
    private readonly ConcurrentBag<SegmentWorkspace> _workspaces = [];
    private readonly int _threads;
    private readonly string _name;
    private PreparedImage? _image;

    /// <param name="model">The model.</param>
    /// <param name="threads">Number of threads.</param>
    public LocalPredictor(ModelPackage model, int threads)
    {
        _encoder = new ImageEncoder(model, new() { IntraOpThreads = threads });
        _segmenter = new Segmenter(model, new() { IntraOpThreads = 1 });
        (_threads, _name) = (threads, model.Id);
    }

    public Task<(int Width, int Height)> OpenAsync(byte[] file, CancellationToken cancellationToken)
    {
        var image = ImageReader.ReadForModel(file, ImageLimits.Default, _encoder.Resizing, cancellationToken);
        var embedding = new float[_encoder.EmbeddingLength];
        _encoder.Encode([image], embedding, cancellationToken);
        // Rounded as in a store of embeddings.
        for (var i = 0; i < embedding.Length; i++)
        {
            embedding[i] = (float)(Half)embedding[i];
        }

        _image = _segmenter.Prepare(embedding, image.Geometry, cancellationToken);
        return Task.FromResult((image.Geometry.Width, image.Geometry.Height));
    }

    public Task<IReadOnlyList<IReadOnlyList<MaskPrediction>>> PredictAsync(
        IReadOnlyList<ObjectPrompt> queries, bool keepsLogits, CancellationToken cancellationToken)
    {
        var image = _image ?? throw new InvalidOperationException("No picture is open.");
        var prompts = queries.Select(ToPrompt).ToList();
        if (prompts.Select(_segmenter.Refusal).FirstOrDefault(reason => reason is not null) is { } refusal)
        {
            throw new CliException($"The model {_name} {refusal}: choose another --protocol.");
        }

        var requests = PromptRequests.Of(prompts).ToList();
        var answers = new IReadOnlyList<IReadOnlyList<SegmentedMask>>[requests.Count];
        Parallel.For(0, requests.Count, new ParallelOptions { MaxDegreeOfParallelism = _threads, CancellationToken = cancellationToken }, i =>
        {
            var workspace = _workspaces.TryTake(out var free) ? free : _segmenter.CreateWorkspace();
            answers[i] = _segmenter.Segment(
                image,
                requests[i].Prompts,
                new()
                {
                    Forms = keepsLogits ? MaskForms.Logits : MaskForms.None,
                    UseImageProjections = true,
                },
                workspace,
                cancellationToken);
            _workspaces.Add(workspace);
        });
        return Task.FromResult<IReadOnlyList<IReadOnlyList<MaskPrediction>>>([.. answers.SelectMany((answer, i) => answer.Take(requests[i].Count))
            .Select(masks => masks.Select(ToPrediction).ToList())]);
    }

    public void Dispose()
    {
        _segmenter.Dispose();
        _encoder.Dispose();
    }

    /// <summary>The prompt as the model library takes it: clicks are at the centres of their pixels.</summary>
    internal static Prompt ToPrompt(ObjectPrompt query) => new()
    {
        Points = [.. query.Clicks.Select(ToPoint)],
        Box = query.Box is { } box ? new BoxPrompt(box.XMin, box.YMin, box.XMax, box.YMax) : null,
        MaskLogits = query.Logits?.ToArray(),
    };

    private static PointPrompt ToPoint(SimulatedClick click) => new(
        click.X + 0.5f, click.Y + 0.5f, click.IsForeground ? PointLabel.Foreground : PointLabel.Background);

    private static MaskPrediction ToPrediction(SegmentedMask mask) => new(mask.RunLengths, mask.PredictedIou, mask.Logits);
}
