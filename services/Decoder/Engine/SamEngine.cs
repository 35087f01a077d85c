using Segmentation.Decoder.Configuration;
using Segmentation.Masks;
using Segmentation.Masks.Geometry;
using Segmentation.Models;
using Segmentation.Models.Layouts;
using Segmentation.Sam;
using Segmentation.Sam.Prompts;
using Segmentation.Sam.Runtime;

namespace Segmentation.Decoder.Engine;

/// <summary>A model: one set of weights and sessions for all workers, one thread a run.</summary>
internal sealed class SamEngine : IDecodeEngine, IDisposable
{
    private readonly Segmenter _segmenter;
    private readonly ModelPackage _model;

    /// <param name="model">The model.</param>
    /// <param name="precomputesProjections"><see cref="DecoderOptions.PrepareFeatures"/>.</param>
    public SamEngine(ModelPackage model, bool precomputesProjections = false)
    {
        ArgumentNullException.ThrowIfNull(model);
        _model = model;
        _segmenter = new Segmenter(model, new RuntimeOptions { IntraOpThreads = 1 })
        {
            PrecomputesProjections = precomputesProjections,
        };
        WarmUp();
    }

    public IDecodeWorker CreateWorker() => new SamWorker(_segmenter, _model.EmbeddingLength);

    public void Dispose() => _segmenter.Dispose();

    /// <summary>
    /// Every kind of prompt that the model takes once, on an image of nothing. The first run of each compiles its
    /// kernels, for a tenth of a second and more; a silo that joins under live sessions must not do that under their
    /// pointers.
    /// </summary>
    private void WarmUp()
    {
        var geometry = new ImageGeometry(96, 64, _segmenter.Resizing);
        var image = _segmenter.Prepare(new float[_model.EmbeddingLength], geometry, CancellationToken.None);
        var point = new Prompt { Points = [new(30, 30, PointLabel.Foreground)] };
        var decoder = _model.Layout.Decoder;
        var boxAndMask = point with
        {
            Box = decoder.Box == BoxPort.None ? null : new(10, 10, 50, 50),
            MaskLogits = decoder.TakesMask ? new float[ImageGeometry.LowResSide * ImageGeometry.LowResSide] : null,
        };
        var workspace = _segmenter.CreateWorkspace();
        foreach (var forms in new[] { MaskForms.None, MaskForms.Logits })
        {
            var options = new SegmentOptions { Forms = forms };
            _segmenter.Segment(image, [point], options, workspace, CancellationToken.None);
            _segmenter.Segment(image, [boxAndMask], options, workspace, CancellationToken.None);
        }
    }
}
