namespace Segmentation.Fuzz.Engine;

/// <summary>Something does not hold that has to for every input.</summary>
internal sealed class BrokenRuleException(string message) : Exception(message);
