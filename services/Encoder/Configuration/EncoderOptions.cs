using Segmentation.Sam.Runtime;

namespace Segmentation.Encoder.Configuration;

/// <summary>Encoding of images; configuration section <see cref="Section"/>.</summary>
public sealed class EncoderOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Segmentation:Encoder";

    /// <summary>
    /// Images that may wait; one more is refused, or takes the place of the newest of the tenant with most of them.
    /// Each holds its file in memory. Default: 64.
    /// </summary>
    public int MaxQueueLength { get; set; } = 64;

    /// <summary>An image that would wait longer is refused. Default: 1 minute.</summary>
    public TimeSpan MaxWait { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Memory that images being read, and pictures that crops are cut from, may take together; further ones wait, and
    /// one that needs more goes alone. Default: 1 GiB.
    /// </summary>
    public long MaxReadBytes { get; set; } = 1L << 30;

    /// <summary>
    /// Runs at the same time, each on a thread of its own. Default: 1, which with <see cref="IntraOpThreads"/> at all
    /// cores gives each image the shortest time.
    /// </summary>
    public int Workers { get; set; } = 1;

    /// <summary>
    /// Images in one run at most; a run takes those that are ready. Default: 1 on the CPU, where more only wait for
    /// each other, and 8 elsewhere.
    /// </summary>
    public int? MaxBatchSize { get; set; }

    /// <summary>Time that a batch which is not full waits for more images. Default: not at all.</summary>
    public TimeSpan MaxQueueDelay { get; set; } = TimeSpan.Zero;

    /// <summary>
    /// Threads that read and scale images while others are encoded. Default: half the cores, at least 1.
    /// </summary>
    public int PrepareWorkers { get; set; } = Math.Clamp(Environment.ProcessorCount / 2, 1, 64);

    /// <summary>Threads of one run on the CPU. Default: the cores this process may use.</summary>
    public int IntraOpThreads { get; set; } = Environment.ProcessorCount;

    /// <summary>Execution provider that runs the graph: Cpu, Cuda, TensorRt or Plugin. Default: Cpu.</summary>
    public ExecutionProvider Provider { get; set; } = ExecutionProvider.Cpu;

    /// <summary>
    /// Precision of the graph's products: Float32; on the CPU Int8, which is faster on processors with 8-bit dot
    /// products and changes masks a little; on GPUs Float16. Default: Float32.
    /// </summary>
    public EncoderPrecision Precision { get; set; } = EncoderPrecision.Float32;

    /// <summary>Path of the provider library when <see cref="Provider"/> is Plugin.</summary>
    public string? PluginLibrary { get; set; }

    /// <summary>Device number for Cuda and TensorRt, from 0.</summary>
    public int DeviceId { get; set; }

    /// <summary>
    /// Records a run as a CUDA graph and replays it: every run has <see cref="MaxBatchSize"/> images, filled up where
    /// fewer are ready. Cuda only, with one worker. Default: false.
    /// </summary>
    public bool CudaGraph { get; set; }

    /// <summary>Run on the CPU when the provider cannot be used, instead of refusing to start.</summary>
    public bool AllowCpuFallback { get; set; }

    /// <summary>
    /// Bytes that the encoder files of all served models may have together; they are all opened at start, and a model
    /// that does not fit is refused then. Running takes memory besides. Default: three quarters of the memory that this
    /// process may use.
    /// </summary>
    public long? MaxModelBytes { get; set; }

    /// <summary>Pixels (width times height) an image may announce. Default: 100 million.</summary>
    public long MaxImagePixels { get; set; } = 100_000_000;

    /// <summary>
    /// The same for files that are in memory before their first row is known: GIF, interlaced PNG, JPEG of several
    /// scans and TIFF of very large tiles. They take up to 9 bytes a pixel. Default: 50 million.
    /// </summary>
    public long MaxWholeImagePixels { get; set; } = 50_000_000;

    /// <summary>
    /// The same for WebP, of which the decoder cannot be stopped: a pixel takes up to 0.1 microseconds. Default: 25
    /// million.
    /// </summary>
    public long MaxWebPImagePixels { get; set; } = 25_000_000;

    /// <summary>Reading an image file ends after this time. Default: 30 s.</summary>
    public TimeSpan MaxReadTime { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary><see cref="MaxBatchSize"/>, or the provider's default.</summary>
    internal int BatchSize => MaxBatchSize ?? (Provider == ExecutionProvider.Cpu ? 1 : 8);

    /// <summary><see cref="MaxModelBytes"/>, or its default.</summary>
    internal long ModelBytes => MaxModelBytes ?? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4 * 3;

    internal RuntimeOptions ToRuntimeOptions() => new()
    {
        Provider = Provider,
        PluginLibrary = PluginLibrary,
        DeviceId = DeviceId,
        AllowCpuFallback = AllowCpuFallback,
        EncoderPrecision = Precision,
        CudaGraph = CudaGraph,
        GraphBatch = BatchSize,
        IntraOpThreads = IntraOpThreads,
    };
}
