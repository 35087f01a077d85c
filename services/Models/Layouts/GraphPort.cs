namespace Segmentation.Models.Layouts;

/// <summary>An input or output of a graph.</summary>
/// <param name="Role">Its role.</param>
/// <param name="Name">Its name in the graph.</param>
/// <param name="Type">Its type.</param>
/// <param name="Rank">Number of its dimensions.</param>
public sealed record GraphPort(DecoderRole Role, string Name, NumberType Type, int Rank);
