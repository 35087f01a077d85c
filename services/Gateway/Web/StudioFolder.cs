namespace Segmentation.Gateway.Web;

/// <summary>Where the studio's files are, if this server was built with them.</summary>
/// <param name="Path">The folder; index.html in it is the studio.</param>
internal sealed record StudioFolder(string Path)
{
    /// <summary>Where the build copies them.</summary>
    public static StudioFolder BesideThisProgram { get; } =
        new(System.IO.Path.Combine(AppContext.BaseDirectory, "studio"));

    /// <summary>Whether there is a studio.</summary>
    public bool Exists => File.Exists(System.IO.Path.Combine(Path, "index.html"));
}
