using Segmentation.Grains;
using Segmentation.Masks;

namespace Segmentation.Gateway.Streaming;

/// <summary>
/// The prompts answered since the session was opened or reset, by the masks they gave. Masks are a function of these
/// prompts, so a silo that lost its state is given the prompts again and the client never knows. The oldest are
/// forgotten over the bounds; a chain of refinements is bounded by the same number, so it is always held whole.
/// </summary>
/// <remarks>Prompts of one session are decoded several at once: all members may be called from any thread.</remarks>
internal sealed class RefinementHistory(SessionOptions options)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, AnsweredPrompt> _byMask = new(StringComparer.Ordinal);
    private readonly Queue<AnsweredPrompt> _oldestFirst = [];
    private long _bytes;

    /// <summary>The prompt that gave a mask; null when it was not answered here or is forgotten.</summary>
    public AnsweredPrompt? Find(string maskId)
    {
        lock (_gate)
        {
            return _byMask.GetValueOrDefault(maskId);
        }
    }

    /// <summary>Prompts that must be repeated to make a prompt's masks, itself included.</summary>
    public int DepthOf(PromptData prompt) => 1 + (prompt.MaskId is { } id ? Find(id)?.Depth ?? 0 : 0);

    /// <summary>Remembers an answered prompt.</summary>
    public void Add(PromptData prompt, MaskCount maskCount, MaskData[] masks)
    {
        var answered = new AnsweredPrompt(prompt, maskCount, Array.ConvertAll(masks, mask => mask.Id), DepthOf(prompt));
        lock (_gate)
        {
            // The same prompt again gives the same masks; it is remembered again, as the newest.
            foreach (var id in answered.MaskIds)
            {
                _byMask[id] = answered;
            }

            _oldestFirst.Enqueue(answered);
            _bytes += answered.Bytes;
            while (_oldestFirst.Count > options.MaxRemembered || _bytes > options.MaxRememberedBytes)
            {
                Forget(_oldestFirst.Dequeue());
            }
        }
    }

    private void Forget(AnsweredPrompt oldest)
    {
        _bytes -= oldest.Bytes;
        foreach (var id in oldest.MaskIds)
        {
            if (_byMask.TryGetValue(id, out var holder) && ReferenceEquals(holder, oldest))
            {
                _byMask.Remove(id);
            }
        }
    }
}

/// <summary>A prompt as it was decoded, kept so that its masks can be made again.</summary>
/// <param name="Prompt">The prompt, with the id of the mask it was refined from.</param>
/// <param name="MaskCount">Masks that were asked for.</param>
/// <param name="MaskIds">Ids of the prompt's masks, best first.</param>
/// <param name="Depth">Length of the chain of prompts that must be repeated to make them, itself included.</param>
internal sealed record AnsweredPrompt(PromptData Prompt, MaskCount MaskCount, string[] MaskIds, int Depth)
{
    /// <summary>Bytes in memory, roughly.</summary>
    public int Bytes => 512 + (12 * Prompt.Points.Length) + (Prompt.MaskLogits?.Length ?? 0);
}
