using NetVips;

namespace Segmentation.Sam.Images;

/// <summary>Settings of libvips in this process; whatever calls libvips calls <see cref="Use"/> first.</summary>
internal static class Libvips
{
    private static readonly string[] _readers =
    [
        "VipsForeignLoadJpeg",
        "VipsForeignLoadPng",
        "VipsForeignLoadWebp",
        "VipsForeignLoadTiff",
        "VipsForeignLoadNsgif",
    ];

    // All decoding runs on the thread that asks for rows, so warnings arrive on that thread.
    [ThreadStatic]
    private static string? _lostPixels;

    static Libvips()
    {
        // No image is read twice in a row: a cache of libvips would only be memory outside of every budget.
        Cache.Max = 0;
        // Images are read side by side by callers that own their threads; workers inside libvips would only compete.
        NetVips.NetVips.Concurrency = 1;
        // The readers below are fuzzed upstream; all others, present or built in later, stay shut.
        NetVips.NetVips.BlockUntrusted = true;
        Operation.Block("VipsForeignLoad", true);
        foreach (var reader in _readers)
        {
            Operation.Block(reader, false);
        }

        // Otherwise libvips writes to standard error for every damaged tile of every bad upload; the exception says the
        // same.
        Log.SetLogHandler("VIPS", Enums.LogLevelFlags.Warning, static (_, _, message) => Notice(message));
    }

    /// <summary>Clears the warnings of this thread.</summary>
    public static void Expect() => _lostPixels = null;

    /// <summary>
    /// Returns the library's warning on this thread since <see cref="Expect"/> that means missing pixels, or null.
    /// A tile that cannot be decoded is painted black, and the rest of a fax white, with a warning and no error; the
    /// warnings of a JPEG are counted and told when it is closed.
    /// </summary>
    public static string? LostPixels => _lostPixels;

    private static void Notice(string message)
    {
        if (message.StartsWith("error in tile", StringComparison.Ordinal)
            || message.StartsWith("Premature EOF", StringComparison.Ordinal)
            || message.StartsWith("read gave", StringComparison.Ordinal))
        {
            _lostPixels ??= message;
        }
    }

    /// <summary>Applies the settings, once a process.</summary>
    public static void Use()
    {
        // A call runs the static constructor.
    }
}
