using System.Collections.Concurrent;
using System.Text.Json;
using Segmentation.Grains;
using Segmentation.Masks;

namespace Segmentation.Gateway.Tests.Fakes;

/// <summary>
/// The grains of all images. Like the real ones they answer the same request with the same masks, whose ids are a
/// function of image and prompt, and they know a mask by its id only when it was made refinable.
/// </summary>
internal sealed class FakeGrain
{
    private readonly ConcurrentDictionary<string, bool> _logits = new();

    /// <summary>Requests that arrived, in order, with the key of their image.</summary>
    public ConcurrentQueue<(string Key, DecodeRequest Request)> Requests { get; } = [];

    /// <summary>Keys that were to be forgotten.</summary>
    public ConcurrentQueue<string> Forgotten { get; } = [];

    /// <summary>Comes before the answer: waits, fails, or answers itself.</summary>
    public Func<string, DecodeRequest, CancellationToken, Task<DecodeReply?>>? Before { get; set; }

    /// <summary>Parts of searches for everything that arrived, in order, with the key of their crop.</summary>
    public ConcurrentQueue<(string Key, PointsRequest Request)> Searches { get; } = [];

    /// <summary>Comes before the answer to a part: waits, fails, or answers itself.</summary>
    public Func<string, PointsRequest, CancellationToken, Task<PointsReply?>>? BeforeSearch { get; set; }

    /// <summary>Every point finds a rectangle of its own and the whole crop.</summary>
    public async Task<PointsReply> SearchAsync(string key, PointsRequest request, CancellationToken cancellationToken)
    {
        Searches.Enqueue((key, request));
        return BeforeSearch is not null && await BeforeSearch(key, request, cancellationToken) is { } reply
            ? reply
            : FakeFinds.Of(request);
    }

    /// <summary>Searches that have left, with the key of the crop.</summary>
    public ConcurrentQueue<(string Key, Guid Search)> LeftSearches { get; } = [];

    public Task LeaveSearchAsync(string key, Guid search)
    {
        LeftSearches.Enqueue((key, search));
        return Task.CompletedTask;
    }

    /// <summary>A silo was lost: all logits are gone.</summary>
    public void LoseLogits() => _logits.Clear();

    /// <summary>Images handed over past the store.</summary>
    public ConcurrentDictionary<string, EmbeddingData> Adopted { get; } = [];

    /// <summary>Answer to an image that is handed over; any but Ok takes nothing.</summary>
    public DecodeStatus Adoption { get; set; } = DecodeStatus.Ok;

    public Task<DecodeStatus> AdoptAsync(string key, EmbeddingData embedding)
    {
        if (Adoption != DecodeStatus.Ok)
        {
            return Task.FromResult(Adoption);
        }

        Adopted[key] = embedding;
        return Task.FromResult(DecodeStatus.Ok);
    }

    /// <summary>Images made hot ahead of a prompt.</summary>
    public ConcurrentQueue<string> Prepared { get; } = [];

    /// <summary>What the silos find in the store, whatever the gateway finds there.</summary>
    public EmbeddingData? InStoreOfSilos { get; set; }

    public Task<DecodeStatus> PrepareAsync(string key)
    {
        Prepared.Enqueue(key);
        if (InStoreOfSilos is { } embedding)
        {
            Adopted[key] = embedding;
        }

        return Task.FromResult(DecodeStatus.Ok);
    }

    public Task<ImageData?> FindAsync(string key) => Task.FromResult(Adopted.GetValueOrDefault(key)?.Image);

    public Task ForgetAsync(string key)
    {
        Forgotten.Enqueue(key);
        return Task.CompletedTask;
    }

    public async Task<DecodeReply> DecodeAsync(string key, DecodeRequest request, CancellationToken cancellationToken)
    {
        Requests.Enqueue((key, request));
        if (Before is not null && await Before(key, request, cancellationToken) is { } reply)
        {
            return reply;
        }

        var missing = request.Prompts.FirstOrDefault(p => p.MaskId is { } id && !_logits.ContainsKey($"{key}|{id}"));
        if (missing is not null)
        {
            return new DecodeReply { Status = DecodeStatus.MaskNotFound, MissingMaskId = missing.MaskId };
        }

        return new DecodeReply
        {
            Status = DecodeStatus.Ok,
            Results = [.. request.Prompts.Select(prompt => Masks(key, prompt, request))],
            DecodeTime = TimeSpan.FromMilliseconds(14),
        };
    }

    private MaskData[] Masks(string key, PromptData prompt, DecodeRequest request)
    {
        var ambiguous = prompt is { Points.Length: 1, Box: null, MaskId: null, MaskLogits: null };
        var three = request.MaskCount == MaskCount.Three || (request.MaskCount == MaskCount.Auto && ambiguous);
        var seed = $"{key}|{JsonSerializer.Serialize(prompt)}";
        var masks = Enumerable.Range(three ? 1 : 0, three ? 3 : 1).Select(token => Mask(seed, token, request)).ToArray();
        if (request.Refinable)
        {
            foreach (var mask in masks)
            {
                _logits[$"{key}|{mask.Id}"] = true;
            }
        }

        return masks;
    }

    private static MaskData Mask(string seed, int token, DecodeRequest request) => new()
    {
        Id = Convert.ToHexStringLower(
            System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes($"{seed}|{token}"))[..16]),
        PredictedIou = 1 - (token / 8f),
        StabilityScore = 0.95f,
        Area = 4,
        BoxX = 1,
        BoxY = 2,
        BoxWidth = 2,
        BoxHeight = 2,
        Height = 400,
        Width = 600,
        Counts = $"counts-{token}",
        Png = request.Forms.HasFlag(MaskForms.Png) ? [137, 80, 78, 71] : null,
        Polygons = request.Forms.HasFlag(MaskForms.Polygons) ? [new PolygonData([1, 2, 3, 2, 3, 4], false)] : null,
        Logits = request.Forms.HasFlag(MaskForms.Logits) ? new byte[256 * 256 * 4] : null,
    };
}
