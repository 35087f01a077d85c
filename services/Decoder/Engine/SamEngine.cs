using Segmentation.Sam;
using Segmentation.Sam.Runtime;

namespace Segmentation.Decoder.Engine;

/// <summary>The model by ONNX Runtime: one set of sessions for all workers, one thread a run.</summary>
internal sealed class SamEngine : IDecodeEngine, IDisposable
{
    private readonly Segmenter _segmenter;

    public SamEngine(ModelGraphs graphs) =>
        _segmenter = new Segmenter(graphs, new RuntimeOptions { IntraOpThreads = 1 });

    public IDecodeWorker CreateWorker() => new SamWorker(_segmenter);

    public void Dispose() => _segmenter.Dispose();
}
