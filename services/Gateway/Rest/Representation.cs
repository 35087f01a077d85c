namespace Segmentation.Gateway.Rest;

/// <summary>
/// What an endpoint answers with when the caller prefers it; another endpoint of the same path answers the others with
/// JSON.
/// </summary>
/// <param name="MediaType">For example <c>image/png</c>.</param>
internal sealed record Representation(string MediaType);
