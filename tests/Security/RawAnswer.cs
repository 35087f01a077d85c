namespace Segmentation.Security.Tests;

/// <summary>An answer as its bytes came.</summary>
/// <param name="Status">The status code; 0 where the connection ended without an answer.</param>
/// <param name="Headers">Headers by name in lower case; those of one name are joined by commas.</param>
/// <param name="Body">The body as text, chunks put together.</param>
internal sealed record RawAnswer(int Status, IReadOnlyDictionary<string, string> Headers, string Body)
{
    /// <summary>A header; null where there is none.</summary>
    public string? Header(string name) => Headers.GetValueOrDefault(name);
}
