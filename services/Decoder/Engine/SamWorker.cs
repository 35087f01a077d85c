using Segmentation.Embeddings;
using Segmentation.Masks;
using Segmentation.Masks.Everything;
using Segmentation.Masks.Geometry;
using Segmentation.Sam;
using Segmentation.Sam.Decoding;
using Segmentation.Sam.Everything;
using Segmentation.Sam.Prompts;

namespace Segmentation.Decoder.Engine;

/// <summary>The model library with one thread's buffers.</summary>
/// <param name="segmenter">The model.</param>
/// <param name="embeddingLength">Values of an image's embedding, of all tensors.</param>
internal sealed class SamWorker(Segmenter segmenter, int embeddingLength) : IDecodeWorker
{
    private readonly Segmenter _segmenter = segmenter;
    private readonly SegmentWorkspace _workspace = segmenter.CreateWorkspace(lendsMasks: true);
    private readonly CandidateFinder _finder = new(segmenter);

    public Action? OnYield { get; set; }

    // Made when they are first needed: most silos' time goes to prompts, and batch work prepares few images.
    private CandidateWorkspace Candidates => field ??= _finder.CreateWorkspace();

    private float[] Numbers => field ??= new float[embeddingLength];

    public IHotImage Prepare(Embedding embedding, CancellationToken cancellationToken)
    {
        embedding.CopyTo(Numbers);
        var geometry = new ImageGeometry(embedding.Info.Width, embedding.Info.Height, _segmenter.Resizing);
        return new SamImage(embedding.Info, _segmenter.Prepare(Numbers, geometry, new YieldPoint(OnYield, cancellationToken)));
    }

    public Embedding Restore(IHotImage image, CancellationToken cancellationToken)
    {
        _segmenter.Restore(((SamImage)image).Prepared, Numbers, new YieldPoint(OnYield, cancellationToken));
        return Embedding.FromSingle(image.Info, Numbers);
    }

    public IReadOnlyList<IReadOnlyList<SegmentedMask>> Segment(
        IHotImage image, IReadOnlyList<Prompt> prompts, SegmentOptions options, CancellationToken cancellationToken)
    {
        _workspace.OnYield = OnYield;
        return _segmenter.Segment(((SamImage)image).Prepared, prompts, options, _workspace, cancellationToken);
    }

    public BatchResult Find(
        IHotImage image, EverythingPlan plan, PointBatch batch, CancellationToken cancellationToken)
    {
        Candidates.OnYield = OnYield;
        return _finder.Find(((SamImage)image).Prepared, plan, batch, Candidates, cancellationToken);
    }

    private sealed class SamImage(EmbeddingInfo info, PreparedImage prepared) : IHotImage
    {
        public EmbeddingInfo Info { get; } = info;

        public PreparedImage Prepared { get; } = prepared;

        public long SizeBytes { get; } = prepared.SizeBytes;
    }
}
