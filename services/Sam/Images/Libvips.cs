using NetVips;

namespace Segmentation.Sam.Images;

/// <summary>Settings of libvips in this process; whatever calls libvips calls <see cref="Use"/> first.</summary>
internal static class Libvips
{
    private static readonly string[] Readers =
    [
        "VipsForeignLoadJpeg",
        "VipsForeignLoadPng",
        "VipsForeignLoadWebp",
        "VipsForeignLoadTiff",
        "VipsForeignLoadNsgif",
    ];

    static Libvips()
    {
        // No image is read twice in a row: what libvips would cache is memory nobody accounts for.
        Cache.Max = 0;
        // Images are read side by side by callers that own their threads; workers inside libvips would only compete.
        NetVips.NetVips.Concurrency = 1;
        // The readers below are fuzzed upstream; all others, present or built in later, stay shut.
        NetVips.NetVips.BlockUntrusted = true;
        Operation.Block("VipsForeignLoad", true);
        foreach (var reader in Readers)
            Operation.Block(reader, false);

        // Written to standard error otherwise, once for every damaged tile of every bad upload: the exception says it.
        Log.SetLogHandler("VIPS", Enums.LogLevelFlags.Warning, static (_, _, _) => { });
    }

    /// <summary>Applies the settings, once a process.</summary>
    public static void Use()
    {
        // Calling it runs the static constructor.
    }
}
