namespace Segmentation.Gateway.Web;

/// <summary>Pages of other origins that may use this server: section <c>Segmentation:Cors</c>.</summary>
internal sealed class CrossOriginOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Segmentation:Cors";

    /// <summary>
    /// Origins, separated by commas: <c>https://app.example</c>, or <c>*</c> for all. Default: none, so that only this
    /// server's own pages can.
    /// </summary>
    public string Origins { get; set; } = "";

    /// <summary>The origins one by one.</summary>
    public string[] List() =>
        Origins.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
