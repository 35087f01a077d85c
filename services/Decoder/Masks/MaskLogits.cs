using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Options;
using Segmentation.Common.Caching;
using Segmentation.Decoder.Configuration;
using Segmentation.Decoder.Telemetry;
using Segmentation.Embeddings;

namespace Segmentation.Decoder.Masks;

/// <summary>
/// Logits of earlier answers, so that a prompt can name a mask instead of sending it: bounded by bytes, least recently
/// used out first, of the tenant who holds most. A mask is found only together with its image, so one tenant's ids mean
/// nothing to another.
/// </summary>
internal sealed class MaskLogits
{
    private readonly Lock _gate = new();
    private readonly LruCache<(EmbeddingKey Image, string Id), float[]> _held;
    private readonly Dictionary<EmbeddingKey, HashSet<string>> _ofImage = [];

    public MaskLogits(IOptions<DecoderOptions> options, DecoderMetrics metrics)
    {
        _held = new(options.Value.MaskLogitBytes)
        {
            OwnerOf = key => key.Image.Tenant,
            Left = key => Unlist(key.Image, key.Id),
            Evicted = _ => metrics.MaskEvicted(),
        };
        metrics.ObserveMaskLogits(() => SizeBytes);
    }

    /// <summary>Bytes held.</summary>
    public long SizeBytes
    {
        get
        {
            lock (_gate)
            {
                return _held.SizeBytes;
            }
        }
    }

    /// <summary>Keeps a mask's logits; the array must not be written to again.</summary>
    public void Put(EmbeddingKey image, string id, float[] logits)
    {
        lock (_gate)
        {
            if (!_held.Set((image, id), logits, (long)logits.Length * sizeof(float)))
            {
                return;
            }

            if (!_ofImage.TryGetValue(image, out var ids))
            {
                _ofImage.Add(image, ids = []);
            }

            ids.Add(id);
        }
    }

    /// <summary>Finds a mask of an image.</summary>
    public bool TryGet(EmbeddingKey image, string id, [MaybeNullWhen(false)] out float[] logits)
    {
        lock (_gate)
        {
            return _held.TryGet((image, id), out logits);
        }
    }

    /// <summary>Gives up all masks of an image.</summary>
    public void Forget(EmbeddingKey image)
    {
        lock (_gate)
        {
            if (!_ofImage.TryGetValue(image, out var ids))
            {
                return;
            }

            foreach (var id in ids.ToArray())
            {
                _held.Remove((image, id));
            }
        }
    }

    private void Unlist(EmbeddingKey image, string id)
    {
        if (_ofImage.TryGetValue(image, out var ids) && ids.Remove(id) && ids.Count == 0)
        {
            _ofImage.Remove(image);
        }
    }
}
