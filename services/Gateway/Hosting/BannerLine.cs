namespace Segmentation.Gateway.Hosting;

/// <summary>A line of the start banner that another part of the host adds.</summary>
/// <param name="Name">Begins the line; at most 14 characters.</param>
/// <param name="Text">The rest of the line.</param>
public sealed record BannerLine(string Name, string Text);
