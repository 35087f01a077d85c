namespace Segmentation.Decoder.Configuration;

/// <summary>Decoding of a silo; configuration section <see cref="Section"/>.</summary>
public sealed class DecoderOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Segmentation:Decoder";

    /// <summary>
    /// Threads that decode, each one request at a time. Default: the cores this process may use.
    /// </summary>
    public int Workers { get; set; } = Environment.ProcessorCount;

    /// <summary>
    /// Requests that may wait in each of the two lanes; one more is refused. Default: 256, some seconds of work for
    /// a core.
    /// </summary>
    public int MaxQueueLength { get; set; } = 256;

    /// <summary>
    /// Longest expected wait of an interactive request for a worker; one that would wait longer is refused at
    /// once, with the time to try again, as is any request whose deadline would pass. Default: 10 seconds.
    /// </summary>
    public TimeSpan MaxWait { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Bytes of prepared images kept, least recently used out first; an image takes up to 12 MB, with
    /// <see cref="PrepareFeatures"/> 33. 0 prepares every image anew. Default: 2 GiB.
    /// </summary>
    public long HotImageBytes { get; set; } = 2L << 30;

    /// <summary>
    /// Precomputes the image projections of every prepared image. Prompts of up to six points then take 0.7 of the
    /// time; an image takes 32 MB in place of 10.5, and half as long again to prepare. Must be the same on all silos:
    /// projections change the rounding, and masks by a pixel here and there. Default: false.
    /// </summary>
    public bool PrepareFeatures { get; set; }

    /// <summary>
    /// Bytes that the decoders of loaded models may take, by the size of their files; SAM's has 16 MB. The default
    /// model is loaded at start and stays, the others (<c>Segmentation:Model:Others</c>) are loaded when they are first
    /// wanted, least recently used out. Default: 512 MiB.
    /// </summary>
    public long ModelBytes { get; set; } = 512L << 20;

    /// <summary>
    /// Bytes of logits kept, so that prompts can name earlier masks, least recently used out first; a mask takes
    /// 256 KiB. 0 keeps none. Default: 64 MiB.
    /// </summary>
    public long MaskLogitBytes { get; set; } = 64L << 20;
}
