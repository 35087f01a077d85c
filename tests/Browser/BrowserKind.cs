namespace Segmentation.Browser.Tests;

/// <summary>A browser that the studio is tested in.</summary>
public enum BrowserKind
{
    /// <summary>Chromium, driven by its own protocol.</summary>
    Chromium,

    /// <summary>Firefox as it is distributed, driven by WebDriver BiDi.</summary>
    Firefox,
}
