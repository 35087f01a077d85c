namespace Segmentation.Sam.Tests;

/// <summary>Files under Data, copied beside the tests.</summary>
internal static class TestData
{
    public static string Path(params ReadOnlySpan<string> parts) =>
        System.IO.Path.Combine([AppContext.BaseDirectory, "Data", .. parts]);
}
