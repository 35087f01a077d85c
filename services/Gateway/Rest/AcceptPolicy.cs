using Microsoft.AspNetCore.Routing.Matching;
using Microsoft.Net.Http.Headers;
using Segmentation.Gateway.ProtoJson;

namespace Segmentation.Gateway.Rest;

/// <summary>Chooses between endpoints of one path by the request's Accept header.</summary>
internal sealed class AcceptPolicy : MatcherPolicy, IEndpointSelectorPolicy
{
    // After methods and hosts, which leave fewer candidates.
    public override int Order => 1000;

    public bool AppliesToEndpoints(IReadOnlyList<Endpoint> endpoints) =>
        endpoints.Any(endpoint => endpoint.Metadata.GetMetadata<AlternativeMediaType>() is not null);

    public Task ApplyAsync(HttpContext httpContext, CandidateSet candidates)
    {
        httpContext.Response.Headers.Append(HeaderNames.Vary, HeaderNames.Accept);
        var accept = httpContext.Request.GetTypedHeaders().Accept;
        var preferred = Enumerable.Range(0, candidates.Count).Any(
            i => candidates.IsValidCandidate(i) && Of(candidates, i) is { } form && Prefers(accept, form.MediaType));
        for (var i = 0; i < candidates.Count; i++)
        {
            var keep = Of(candidates, i) is { } form ? Prefers(accept, form.MediaType) : !preferred;
            candidates.SetValidity(i, candidates.IsValidCandidate(i) && keep);
        }

        return Task.CompletedTask;
    }

    private static AlternativeMediaType? Of(CandidateSet candidates, int index) =>
        candidates[index].Endpoint?.Metadata.GetMetadata<AlternativeMediaType>();

    /// <summary>Named, if only by its kind, and not less liked than JSON.</summary>
    private static bool Prefers(IList<MediaTypeHeaderValue> accept, string mediaType)
    {
        var wanted = new MediaTypeHeaderValue(mediaType);
        var quality = Quality(accept.Where(one => !one.MatchesAllTypes && wanted.IsSubsetOf(one)));
        var json = Quality(accept.Where(one => one.MediaType == JsonForm.MediaType));
        return quality > 0 && quality >= json;
    }

    private static double Quality(IEnumerable<MediaTypeHeaderValue> ranges) =>
        ranges.Select(range => range.Quality ?? 1).DefaultIfEmpty(0).Max();
}

/// <summary>
/// Media type of an endpoint's answers to callers that prefer this type. Another endpoint of the same path answers all
/// other callers with JSON.
/// </summary>
/// <param name="MediaType">For example <c>image/png</c>.</param>
internal sealed record AlternativeMediaType(string MediaType);
