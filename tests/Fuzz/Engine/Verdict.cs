namespace Segmentation.Fuzz.Engine;

/// <summary>A fault in the answer to an input.</summary>
/// <param name="Key">The same for inputs that go wrong at the same place.</param>
/// <param name="Report">What happened, with the stack.</param>
internal sealed record Verdict(string Key, string Report);
