using System.ComponentModel.DataAnnotations;
using Segmentation.Sam.Runtime;

namespace Segmentation.Encoder;

/// <summary>How images are encoded; configuration section <see cref="SectionName"/>.</summary>
public sealed class EncoderOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "Segmentation:Encoder";

    /// <summary>
    /// Images that may wait; one more is refused, or takes the place of the newest of the tenant with most of them.
    /// Each holds its file in memory. Default: 64.
    /// </summary>
    [Range(1, 100_000)]
    public int MaxQueueLength { get; set; } = 64;

    /// <summary>An image that would wait longer is refused. Default: 1 minute.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "1.00:00:00")]
    public TimeSpan MaxWait { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Memory that images being read, and pictures that crops are cut from, may take together; further ones wait, and
    /// one that needs more goes alone. Default: 1 GiB.
    /// </summary>
    [Range(typeof(long), "1048576", "1099511627776")]
    public long MaxReadBytes { get; set; } = 1L << 30;

    /// <summary>
    /// Runs at the same time, each on a thread of its own. Default: 1, which with <see cref="IntraOpThreads"/> at all
    /// cores gives each image the shortest time.
    /// </summary>
    [Range(1, 64)]
    public int Workers { get; set; } = 1;

    /// <summary>
    /// Images in one run at most; a run takes those that are ready. Default: 1 on the CPU, where more only wait for
    /// each other, and 8 elsewhere.
    /// </summary>
    [Range(1, 64)]
    public int? MaxBatchSize { get; set; }

    /// <summary>How long a batch that is not full waits for more images. Default: not at all.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:10")]
    public TimeSpan MaxQueueDelay { get; set; } = TimeSpan.Zero;

    /// <summary>Threads that read and scale images while others are encoded. Default: half the cores, at least 1.</summary>
    [Range(1, 64)]
    public int PrepareWorkers { get; set; } = Math.Clamp(Environment.ProcessorCount / 2, 1, 64);

    /// <summary>Threads of one run on the CPU. Default: the cores this process may use.</summary>
    [Range(1, 1024)]
    public int IntraOpThreads { get; set; } = Environment.ProcessorCount;

    /// <summary>What runs the graph: Cpu, Cuda, TensorRt or Plugin. Default: Cpu.</summary>
    [EnumDataType(typeof(ExecutionProvider), ErrorMessage = "must be Cpu, Cuda, TensorRt or Plugin.")]
    public ExecutionProvider Provider { get; set; } = ExecutionProvider.Cpu;

    /// <summary>
    /// How products are computed: Float32 or, on the CPU, Int8, which is faster on processors with 8-bit dot products
    /// and changes masks a little. Default: Float32.
    /// </summary>
    [EnumDataType(typeof(EncoderPrecision), ErrorMessage = "must be Float32 or Int8.")]
    public EncoderPrecision Precision { get; set; } = EncoderPrecision.Float32;

    /// <summary>Path of the provider library when <see cref="Provider"/> is Plugin.</summary>
    public string? PluginLibrary { get; set; }

    /// <summary>Device number for Cuda and TensorRt, from 0.</summary>
    [Range(0, 255)]
    public int DeviceId { get; set; }

    /// <summary>Run on the CPU when the provider cannot be used, instead of refusing to start.</summary>
    public bool AllowCpuFallback { get; set; }

    /// <summary>Pixels (width times height) an image may announce. Default: 100 million.</summary>
    [Range(typeof(long), "1", "10000000000")]
    public long MaxImagePixels { get; set; } = 100_000_000;

    /// <summary>
    /// The same for files that are in memory before their first row is known: GIF, interlaced PNG, JPEG of several
    /// scans and TIFF of very large tiles. They take up to 9 bytes a pixel. Default: 50 million.
    /// </summary>
    [Range(typeof(long), "1", "10000000000")]
    public long MaxWholeImagePixels { get; set; } = 50_000_000;

    /// <summary>
    /// The same for WebP, of which the decoder cannot be stopped: a pixel takes up to 0.1 microseconds. Default: 25
    /// million.
    /// </summary>
    [Range(typeof(long), "1", "10000000000")]
    public long MaxWebPImagePixels { get; set; } = 25_000_000;

    /// <summary>Reading an image file ends after this time. Default: 30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "01:00:00")]
    public TimeSpan MaxReadTime { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary><see cref="MaxBatchSize"/>, or the provider's default.</summary>
    internal int BatchSize => MaxBatchSize ?? (Provider == ExecutionProvider.Cpu ? 1 : 8);

    internal RuntimeOptions ToRuntimeOptions() => new()
    {
        Provider = Provider,
        PluginLibrary = PluginLibrary,
        DeviceId = DeviceId,
        AllowCpuFallback = AllowCpuFallback,
        EncoderPrecision = Precision,
        IntraOpThreads = IntraOpThreads,
    };
}
