namespace Segmentation.Common.Configuration;

/// <summary>Lists in options: texts separated by commas.</summary>
public static class NameList
{
    /// <summary>The texts one by one, without the space around them and without empty ones.</summary>
    public static string[] Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
    }
}
