namespace Segmentation.Decoder.Engine;

/// <summary>A loaded model, shared by all workers of a silo.</summary>
internal interface IDecodeEngine
{
    /// <summary>Makes one thread's view of the model, with buffers of its own.</summary>
    IDecodeWorker CreateWorker();
}
