namespace Segmentation.Cli.Diagnosis;

/// <summary>One line of the report.</summary>
/// <param name="State">How the check ended.</param>
/// <param name="Name">What was looked at.</param>
/// <param name="Text">What was found.</param>
/// <param name="Advice">What to do; null where nothing is to be done.</param>
internal sealed record Finding(CheckState State, string Name, string Text, string? Advice = null)
{
    /// <summary>Something that is as it should be.</summary>
    public static Finding Ok(string name, string text) => new(CheckState.Ok, name, text);

    /// <summary>Something that somebody should look at.</summary>
    public static Finding Warning(string name, string text, string advice) => new(CheckState.Warning, name, text, advice);

    /// <summary>Something that does not work.</summary>
    public static Finding Failed(string name, string text, string advice) => new(CheckState.Failed, name, text, advice);
}
