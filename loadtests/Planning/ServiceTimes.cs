namespace Segmentation.LoadTests.Planning;

/// <summary>
/// Times of each step of a click and of an upload, in seconds. What a measured click takes besides its decode is its
/// overhead, quantile by quantile, so that both together are distributed as was measured.
/// </summary>
internal sealed class ServiceTimes
{
    private readonly Dictionary<int, Distribution> _encode;

    /// <param name="measured">The measured times.</param>
    public ServiceTimes(MeasuredTimes measured)
    {
        Measured = measured;
        Decode = Distribution.Of(measured.Decode);
        Prepare = Distribution.Of(measured.Prepare);
        RedisPut = Distribution.Of(measured.RedisPut);
        RedisGet = Distribution.Of(measured.RedisGet);
        GatewayCpu = measured.GatewayCpu / 1000;
        _encode = measured.Encode.ToDictionary(one => one.Key, one => Distribution.Of(one.Value));
        var (click, upload) = (Distribution.Of(measured.Click), Distribution.Of(measured.Upload));
        var encode = _encode[1];
        ClickOverhead = new(share => Math.Max(0, click.At(share) - Decode.At(share)));
        UploadOverhead = new(share => Math.Max(0, upload.At(share) - encode.At(share) - RedisPut.At(share)));
    }

    /// <summary>The measured times.</summary>
    public MeasuredTimes Measured { get; }

    /// <summary>Decoding a click.</summary>
    public Distribution Decode { get; }

    /// <summary>Preparing an image.</summary>
    public Distribution Prepare { get; }

    /// <summary>Writing an embedding.</summary>
    public Distribution RedisPut { get; }

    /// <summary>Reading an embedding.</summary>
    public Distribution RedisGet { get; }

    /// <summary>Everything else of a click: client, gateway, messages.</summary>
    public Distribution ClickOverhead { get; }

    /// <summary>Everything else of an upload.</summary>
    public Distribution UploadOverhead { get; }

    /// <summary>The gateway's part of a click's overhead.</summary>
    public double GatewayCpu { get; }

    /// <summary>Most images in a run.</summary>
    public int MaxBatch => _encode.Keys.Max();

    /// <summary>Seconds of an encoder for an image, where it has as much to do as it can.</summary>
    public double EncodeMean => _encode.Min(one => one.Value.Mean / one.Key);

    /// <summary>Time of a run by chance.</summary>
    /// <param name="images">Images in it.</param>
    /// <param name="random">The chance.</param>
    public double Encode(int images, Random random)
    {
        // A run of a size that was not measured takes the time of the next larger one.
        var size = _encode.Keys.Where(key => key >= images).Min();
        return _encode[size].Sample(random);
    }
}
