namespace Segmentation.Gateway.Encoding;

/// <summary>One name with an address for each encoder.</summary>
/// <param name="Host">The name to look up.</param>
/// <param name="Port">The port of all encoders.</param>
internal sealed record EncoderName(string Host, int Port);
