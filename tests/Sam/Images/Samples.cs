namespace Segmentation.Sam.Tests.Images;

/// <summary>Files of the Data folder.</summary>
internal static class Samples
{
    public static byte[] Image(string name) => Read("images", name);

    public static byte[] Golden(string name) => Read("golden", name);

    public static byte[] Read(string folder, string name) =>
        File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Data", folder, name));
}
