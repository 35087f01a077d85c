namespace Segmentation.Encoder.Parity;

/// <summary>The model does not give the known mask here. The message names the provider and both figures.</summary>
internal sealed class ParityException(string message) : Exception(message);
