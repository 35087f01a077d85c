using System.ComponentModel.DataAnnotations;

namespace Segmentation.Decoder;

/// <summary>How a silo decodes; configuration section <see cref="SectionName"/>.</summary>
public sealed class DecoderOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "Segmentation:Decoder";

    /// <summary>
    /// Threads that decode, each one request at a time. Default: the cores this process may use.
    /// </summary>
    [Range(1, 1024)]
    public int Workers { get; set; } = Environment.ProcessorCount;

    /// <summary>
    /// Requests that may wait in each of the two lanes; one more is refused. Default: 256, some seconds of work for
    /// a core.
    /// </summary>
    [Range(1, 100_000)]
    public int MaxQueueLength { get; set; } = 256;

    /// <summary>
    /// How long an interactive request may be expected to wait for a worker; one that would wait longer is refused at once,
    /// with the time to try again, as is any request whose deadline would pass. Default: 10 seconds.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:02:00")]
    public TimeSpan MaxWait { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Bytes of prepared images kept, least recently used out first; an image takes up to 12 MB, with
    /// <see cref="PrepareFeatures"/> 33. 0 prepares every
    /// image anew. Default: 2 GiB.
    /// </summary>
    [Range(typeof(long), "0", "9223372036854775807")]
    public long HotImageBytes { get; set; } = 2L << 30;

    /// <summary>
    /// Makes of every prepared image what makes prompts of up to six points less work: clicks take 0.7 of their time, an
    /// image three times its bytes, and to prepare it half as much again. For few images that are clicked on a lot; the same
    /// for all silos, since masks differ in a pixel here and there. Default: false.
    /// </summary>
    public bool PrepareFeatures { get; set; }

    /// <summary>
    /// Bytes of logits kept, so that prompts can name earlier masks, least recently used out first; a mask takes
    /// 256 KiB. 0 keeps none. Default: 64 MiB.
    /// </summary>
    [Range(typeof(long), "0", "9223372036854775807")]
    public long MaskLogitBytes { get; set; } = 64L << 20;
}
